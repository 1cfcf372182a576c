package dev.loadline.runner.http;

import java.time.Duration;

/**
 * How a connection is used after an answer.
 *
 * @param idle for how long after an answer it may be used again
 * @param race for how long after a request was sent the connection's death without an answer means
 *     that the server had closed it already: that request is sent once more. Later, the server has
 *     been working on the request, and sending it again would load it twice
 */
record KeepAlive(Duration idle, Duration race) {
  /** 4 s, less than the shortest keep-alive of a usual server (uvicorn's 5 s); 1 s. */
  static final KeepAlive DEFAULT = new KeepAlive(Duration.ofSeconds(4), Duration.ofSeconds(1));
}
