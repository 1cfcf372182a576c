package dev.loadline.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A target that tells everybody what it was sent: it lists a model named after the key, and answers
 * each request with an error that quotes all its headers and its body. With {@code refuse} it
 * refuses the key at once, in the same words. One class, so that it can be carried into a pod.
 */
public final class EchoTarget implements AutoCloseable {
  private final HttpServer server;
  private final boolean refuse;
  private final Queue<String> received = new ConcurrentLinkedQueue<>();

  /** Listens at once; port 0 is a free one. */
  public EchoTarget(InetSocketAddress address, boolean refuse) throws IOException {
    this.server = HttpServer.create(address, 0);
    this.refuse = refuse;
    server.createContext("/", this::answer);
    server.start();
  }

  /** The program: port, and {@code refuse} or {@code fail}. */
  public static void main(String[] arguments) throws IOException {
    new EchoTarget(
        new InetSocketAddress(Integer.parseInt(arguments[0])), arguments[1].equals("refuse"));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String said =
          exchange.getRequestHeaders().entrySet()
              + " "
              + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/received")) {
        send(exchange, 200, String.join("\n", received));
        return;
      }
      received.add(said);
      String quoted = said.replace("\\", "\\\\").replace("\"", "\\\"");
      String key = exchange.getRequestHeaders().getFirst("Authorization");
      if (refuse) {
        send(exchange, 401, "{\"error\":{\"message\":\"wrong key: " + quoted + "\"}}");
      } else if (path.endsWith("/models")) {
        send(
            exchange,
            200,
            "{\"object\":\"list\",\"data\":[{\"id\":\"model of "
                + key
                + "\",\"object\":\"model\"}]}");
      } else {
        send(exchange, 500, "{\"error\":{\"message\":\"cannot do " + quoted + "\"}}");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /** Everything that came. */
  public String received() {
    return String.join("\n", received);
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
