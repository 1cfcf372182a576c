package dev.loadline.benchmark;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the server answers a request; it stands in the path, so that one server serves all.
 *
 * @param first from the request to the first token
 * @param spread first tokens are late by up to this much, evenly, so that streams which were begun
 *     together do not beat in time
 * @param gap from one token to the next
 * @param tokens token events of an answer, at least 2
 */
record Script(Duration first, Duration spread, Duration gap, int tokens) {
  private static final Pattern PATH = Pattern.compile("/(\\d+)/(\\d+)/(\\d+)/(\\d+)/v1(/.*)?");

  /** Streams of one answer's usual length at this many tokens a second, spread over one gap. */
  static Script paced(double tokensPerSecond) {
    Duration gap = Duration.ofNanos(Math.round(1e9 / tokensPerSecond));
    return new Script(Duration.ofMillis(20), gap, gap, 256);
  }

  /** The script that a path names. */
  static Script of(String path) {
    Matcher parts = PATH.matcher(path);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no script: " + path);
    }
    return new Script(
        Duration.ofNanos(Long.parseLong(parts.group(1))),
        Duration.ofNanos(Long.parseLong(parts.group(2))),
        Duration.ofNanos(Long.parseLong(parts.group(3))),
        Integer.parseInt(parts.group(4)));
  }

  /** The base path of the server's API for this script. */
  String path() {
    return "/%d/%d/%d/%d/v1".formatted(first.toNanos(), spread.toNanos(), gap.toNanos(), tokens);
  }
}
