package dev.loadline.runner.drive;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that counts what it sees, and answers after a while or not before it is told to. */
final class HeldServer implements AutoCloseable {
  private static final String ANSWER =
      """
      data: {"choices":[{"delta":{"content":"one"}}]}

      data: {"choices":[{"delta":{"content":" two"}}]}

      data: {"choices":[{"delta":{},"finish_reason":"length"}]}

      data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}

      data: [DONE]

      """;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch released = new CountDownLatch(1);
  private final long holdMillis;
  private final int status;
  private final int answeredAtOnce;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicInteger mostActive = new AtomicInteger();

  /**
   * A request as it came.
   *
   * @param nanos when it was read, by the monotonic clock
   * @param port the client's end of the connection
   * @param body its JSON
   */
  record Seen(long nanos, int port, String body) {}

  private HeldServer(int status, long holdMillis, int answeredAtOnce) throws IOException {
    this.status = status;
    this.answeredAtOnce = answeredAtOnce;
    this.holdMillis = holdMillis;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Answers each request after so long. */
  static HeldServer answeringAfter(long millis) throws IOException {
    return new HeldServer(200, millis, 0);
  }

  /** Holds each request until it is closed. */
  static HeldServer holding() throws IOException {
    return holdingAfter(0);
  }

  /** Answers so many requests at once, and holds each later one until it is closed. */
  static HeldServer holdingAfter(int requests) throws IOException {
    return new HeldServer(200, TimeUnit.HOURS.toMillis(1), requests);
  }

  /** Refuses each request at once. */
  static HeldServer refusing(int status) throws IOException {
    return new HeldServer(status, 0, 0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    seen.add(new Seen(System.nanoTime(), exchange.getRemoteAddress().getPort(), body));
    long millis = requests.incrementAndGet() > answeredAtOnce ? holdMillis : 0;
    mostActive.accumulateAndGet(active.incrementAndGet(), Math::max);
    try {
      released.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      active.decrementAndGet();
    }
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(status, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(ANSWER.getBytes(StandardCharsets.UTF_8));
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  /** What has come so far, in the order of its coming. */
  List<Seen> seen() {
    return seen;
  }

  /** Requests so far. */
  int requests() {
    return requests.get();
  }

  /** The most requests that were here at the same time. */
  int mostActive() {
    return mostActive.get();
  }

  @Override
  public void close() {
    released.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
