package dev.loadline.runner;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Serves {@code /metrics} and {@code /readyz}. Ready means that load is being sent: 503 until then,
 * 200 from then on.
 */
final class ManagementServer implements AutoCloseable {
  static {
    // Else small pieces are held back (Nagle) for the client's delayed ACK, 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;

  /**
   * One a request; no virtual ones: in those a writer's buffer grows from 512 characters, write by
   * write. Not bounded: slow readers of one page must not keep the kubelet from another.
   */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("management-", 1).factory());

  /**
   * Starts to serve.
   *
   * @param address where to listen; port 0 means any free one
   * @param metrics the page {@code /metrics}, in Prometheus' text format
   * @param ready whether load is being sent
   * @throws IOException if the address cannot be listened on
   */
  ManagementServer(InetSocketAddress address, Supplier<String> metrics, BooleanSupplier ready)
      throws IOException {
    server = HttpServer.create(address, 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, 404, "text/plain", "not found\n"));
    server.createContext(
        "/metrics",
        exchange ->
            answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()));
    server.createContext(
        "/readyz",
        exchange -> {
          boolean sending = ready.getAsBoolean();
          String text = sending ? "sending load\n" : "no load is being sent yet\n";
          answer(exchange, sending ? 200 : 503, "text/plain", text);
        });
    server.start();
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** The port that it listens on. */
  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
