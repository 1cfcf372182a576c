package dev.loadline.operator.plan;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/**
 * The load: stages one after the other, each with a warm-up before and a drain after its window.
 *
 * @param warmup applied before each window, not measured
 * @param drainTimeout how long requests in flight may go on after a window
 * @param stages at least one, names unique
 */
public record Load(Duration warmup, Duration drainTimeout, List<Stage> stages) {

  /**
   * A bound for windows that end by a count of requests, of which nobody knows how long they last:
   * the time that the derived active deadline allows them.
   */
  public static final Duration REQUESTS_WINDOW = Duration.ofHours(1);

  /** Copies the list. */
  public Load {
    stages = List.copyOf(stages);
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("a load has a stage");
    }
  }

  /** Longest time from the first request to the result. */
  public Duration longest() {
    Duration total = Duration.ZERO;
    for (Stage stage : stages) {
      Duration window =
          switch (stage.end()) {
            case End.After after -> after.duration();
            case End.Requests ignored -> REQUESTS_WINDOW;
          };
      total = total.plus(warmup).plus(window).plus(drainTimeout);
    }
    return total;
  }

  /** Time that warm-ups and windows take at least; windows that end by a count may be short. */
  Duration shortest() {
    Duration total = warmup.multipliedBy(stages.size());
    for (Stage stage : stages) {
      total =
          total.plus(
              switch (stage.end()) {
                case End.After after -> after.duration();
                case End.Requests ignored -> Duration.ZERO;
              });
    }
    return total;
  }

  /** One level of load. */
  public record Stage(String name, Shape shape, End end) {}

  /** How requests follow one another. */
  public sealed interface Shape {
    /** This many users with one request in flight each. */
    record Closed(int users, Duration thinkTime) implements Shape {}

    /** Arrivals that do not wait for answers. */
    record Open(BigDecimal requestsPerSecond, Arrival arrival) implements Shape {}
  }

  /** Law of the gaps between arrivals. */
  public enum Arrival {
    /** Equal gaps. */
    Constant,
    /** Exponential gaps: independent users. */
    Poisson
  }

  /** When a window closes. */
  public sealed interface End {
    /** After this time. */
    record After(Duration duration) implements End {}

    /** When this many requests have ended. */
    record Requests(long count) implements End {}
  }
}
