package dev.loadline.operator.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * {@code /metrics} for Prometheus, {@code /livez} (503 with the reason when the process should be
 * started anew) and {@code /readyz} (503 until all caches are filled) for the kubelet.
 */
public final class ManagementServer implements AutoCloseable {
  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final String EXPOSITION = "text/plain; version=0.0.4; charset=utf-8";
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;
  private static final int METHOD_NOT_ALLOWED = 405;

  static {
    // Else small pieces are held back (Nagle) for the client's delayed ACK, 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;

  /**
   * One a request; no virtual ones: in those a writer's buffer grows from 512 characters, write by
   * write. Not bounded: slow readers of one page must not keep the kubelet from another.
   */
  private final ExecutorService executor =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("management-", 1).factory());

  /**
   * What it answers with.
   *
   * @param metrics the exposition, written as it comes about: with thousands of tests it is
   *     megabytes
   * @param stuck why the process should be started anew; empty while it works
   * @param ready whether all caches are filled
   */
  public record Answers(Body metrics, Supplier<Optional<String>> stuck, BooleanSupplier ready) {}

  /** Writes an answer's body. */
  @FunctionalInterface
  public interface Body {
    /**
     * Writes it whole.
     *
     * @throws IOException if nobody takes it
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Listens at once.
   *
   * @throws UncheckedIOException if the address cannot be had
   */
  public ManagementServer(InetSocketAddress address, Answers answers) {
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException refused) {
      throw new UncheckedIOException(
          "cannot listen on port " + address.getPort() + ": " + refused.getMessage(), refused);
    }
    server.createContext("/metrics", get(() -> new Answer(OK, EXPOSITION, answers.metrics())));
    server.createContext("/livez", get(() -> live(answers.stuck().get())));
    server.createContext("/readyz", get(() -> ready(answers.ready().getAsBoolean())));
    server.setExecutor(executor);
    server.start();
  }

  private record Answer(int status, String type, Body body) {
    static Answer plain(int status, String line) {
      byte[] body = (line + "\n").getBytes(StandardCharsets.UTF_8);
      return new Answer(status, PLAIN, out -> out.write(body));
    }
  }

  private static Answer live(Optional<String> stuck) {
    return Answer.plain(stuck.isPresent() ? UNAVAILABLE : OK, stuck.orElse("ok"));
  }

  private static Answer ready(boolean ready) {
    return ready
        ? Answer.plain(OK, "ok")
        : Answer.plain(UNAVAILABLE, "the caches are not filled yet");
  }

  /** An answer that fails is not closed: the server then breaks the connection off. */
  private static HttpHandler get(Supplier<Answer> answer) {
    return exchange -> {
      if (exchange.getRequestMethod().equals("GET")) {
        send(exchange, answer.get());
      } else {
        exchange.sendResponseHeaders(METHOD_NOT_ALLOWED, -1);
      }
      exchange.close();
    };
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    exchange.sendResponseHeaders(answer.status(), 0);
    answer.body().writeTo(exchange.getResponseBody());
  }

  /** The metrics' address, for a client on this machine. */
  public URI metrics() {
    InetSocketAddress address = server.getAddress();
    String host =
        address.getAddress().isAnyLocalAddress()
            ? "127.0.0.1"
            : address.getAddress().getHostAddress();
    return URI.create(
        "http://"
            + (host.contains(":") ? "[" + host + "]" : host)
            + ":"
            + address.getPort()
            + "/metrics");
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
