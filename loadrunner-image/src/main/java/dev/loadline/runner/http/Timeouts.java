package dev.loadline.runner.http;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * How long the client waits. The total time of a request is bounded by {@link LoadClient#cutAll}.
 *
 * @param connect for a connection, TLS handshake included
 * @param firstToken from sending until the first token
 * @param idle between two events afterwards; bytes that complete no event do not count, so that a
 *     body which drips byte by byte ends as well
 */
public record Timeouts(Duration connect, Duration firstToken, Duration idle) {
  /** 10 s, 120 s, 60 s. */
  public static final Timeouts DEFAULT =
      new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(120), Duration.ofSeconds(60));

  /** Checks that each is positive. */
  public Timeouts {
    if (!connect.isPositive() || !firstToken.isPositive() || !idle.isPositive()) {
      throw new IllegalArgumentException("time-outs must be positive");
    }
  }

  /** The shortest of them, nanoseconds. */
  long shortestNanos() {
    return Stream.of(connect, firstToken, idle).mapToLong(Duration::toNanos).min().orElseThrow();
  }
}
