package dev.loadline.runner.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One answer that is sent as a whole. Nobody writes to its body.
 *
 * @param status HTTP status
 * @param contentType the {@code Content-Type}
 * @param text the body
 * @param headers further headers
 */
record Page(int status, String contentType, String text, Map<String, String> headers) {
  static Page json(int status, String json) {
    return new Page(status, "application/json", json, Map.of());
  }

  static Page text(int status, String text) {
    return new Page(status, "text/plain; charset=utf-8", text, Map.of());
  }

  static Page of(ApiError error) {
    Map<String, String> headers = error.status() == 503 ? Map.of("retry-after", "1") : Map.of();
    return new Page(error.status(), "application/json", error.json(), headers);
  }

  /** The body in UTF-8. */
  byte[] body() {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
