package dev.loadline.operator.plan;

import dev.loadline.runner.contract.Distribution;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The load: stages one after the other, each with a warm-up before and a drain after its window.
 *
 * @param warmup applied before each window, not measured
 * @param drainTimeout how long requests in flight may go on after a window
 * @param connectionReuse which requests share a connection
 * @param stages at least one, names unique
 */
public record Load(
    Duration warmup, Duration drainTimeout, ConnectionReuse connectionReuse, List<Stage> stages) {

  /**
   * A bound for windows that end by a count of requests or with a trace, of which nobody knows how
   * long they last: the time that the derived active deadline allows them.
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
            case End.Trace ignored -> REQUESTS_WINDOW;
          };
      total = total.plus(warmup).plus(window).plus(drainTimeout);
    }
    return total;
  }

  /** Time that warm-ups and windows take at least; windows that end otherwise may be short. */
  Duration shortest() {
    Duration total = warmup.multipliedBy(stages.size());
    for (Stage stage : stages) {
      total =
          total.plus(
              switch (stage.end()) {
                case End.After after -> after.duration();
                case End.Requests ignored -> Duration.ZERO;
                case End.Trace ignored -> Duration.ZERO;
              });
    }
    return total;
  }

  /** Which requests share a connection. */
  public enum ConnectionReuse {
    /** A request takes any idle one. */
    Pooled,
    /** Each user keeps one. */
    PerUser,
    /** Each request opens one of its own. */
    PerRequest
  }

  /** One level of load. */
  public record Stage(String name, Shape shape, End end) {}

  /** How requests follow one another. */
  public sealed interface Shape {
    /**
     * Users with one request in flight each.
     *
     * @param users how many, at a ramp's end
     * @param rampFrom how many at its begin; empty if the number does not change
     * @param thinkTimeMillis pause between an answer and the next request or conversation,
     *     milliseconds
     * @param turnsPause whether users pause between the turns of a conversation too
     */
    record Closed(int users, OptionalInt rampFrom, Distribution thinkTimeMillis, boolean turnsPause)
        implements Shape {
      /** Mean number of users over the window, or over this part of it from its begin. */
      public double meanUsers(double part) {
        int from = rampFrom.orElse(users);
        return from + (users - from) * part / 2;
      }

      /** Whether users pause between their requests. */
      public boolean pauses() {
        return turnsPause || !thinkTimeMillis.equals(new Distribution.Fixed(0));
      }
    }

    /**
     * Arrivals that do not wait for answers.
     *
     * @param requestsPerSecond mean rate, at a ramp's end
     * @param rampFrom rate at its begin; empty if it does not change
     * @param arrival law of the gaps
     * @param burstiness shape of the Gamma law, 1 for the others
     */
    record Open(
        BigDecimal requestsPerSecond,
        Optional<BigDecimal> rampFrom,
        Arrival arrival,
        BigDecimal burstiness)
        implements Shape {}

    /**
     * The instants of the workload's trace.
     *
     * @param speed how many times as fast as recorded
     * @param limit only the first so many requests; empty means all
     */
    record Replay(BigDecimal speed, OptionalLong limit) implements Shape {}
  }

  /** Law of the gaps between arrivals. */
  public enum Arrival {
    /** Equal gaps. */
    Constant,
    /** Exponential gaps: independent users. */
    Poisson,
    /** Gamma gaps: bursts, or the contrary. */
    Gamma
  }

  /** When a window closes. */
  public sealed interface End {
    /** After this time. */
    record After(Duration duration) implements End {}

    /** When this many requests have ended. */
    record Requests(long count) implements End {}

    /** With the trace. */
    record Trace() implements End {}
  }
}
