package dev.loadline.runner.simulator;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** A delay, fixed or drawn anew each time; its text is what the command line takes. */
public sealed interface Delay {
  /** One delay in nanoseconds, never negative. */
  long drawNanos(RandomGenerator random);

  /** Always the same: {@code 200ms}. */
  record Fixed(Duration value) implements Delay {
    @Override
    public long drawNanos(RandomGenerator random) {
      return value.toNanos();
    }

    @Override
    public String toString() {
      return DurationText.format(value);
    }
  }

  /** Each value between the bounds equally likely: {@code uniform:150ms..250ms}. */
  record Uniform(Duration from, Duration to) implements Delay {
    /** Checks the order of the bounds. */
    public Uniform {
      if (from.compareTo(to) > 0) {
        throw new IllegalArgumentException("A uniform delay needs its lower bound first.");
      }
    }

    @Override
    public long drawNanos(RandomGenerator random) {
      return from.toNanos() + random.nextLong(to.toNanos() - from.toNanos() + 1);
    }

    @Override
    public String toString() {
      return "uniform:" + DurationText.format(from) + ".." + DurationText.format(to);
    }
  }

  /** Normally distributed, a negative draw counts as 0: {@code normal:200ms,20ms}. */
  record Normal(Duration mean, Duration deviation) implements Delay {
    @Override
    public long drawNanos(RandomGenerator random) {
      return Math.max(
          0,
          Math.round(random.nextGaussian((double) mean.toNanos(), (double) deviation.toNanos())));
    }

    @Override
    public String toString() {
      return "normal:" + DurationText.format(mean) + "," + DurationText.format(deviation);
    }
  }

  /** Exponentially distributed, −mean · ln(1 − u): {@code exponential:200ms}. */
  record Exponential(Duration mean) implements Delay {
    @Override
    public long drawNanos(RandomGenerator random) {
      return Math.round(random.nextExponential() * mean.toNanos());
    }

    @Override
    public String toString() {
      return "exponential:" + DurationText.format(mean);
    }
  }

  /**
   * The delay that the text names.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  static Delay parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return new Fixed(DurationText.parse(text));
    }
    String law = text.substring(0, colon);
    String rest = text.substring(colon + 1);
    return switch (law) {
      case "uniform" -> {
        List<Duration> bounds = two(text, rest, "..");
        yield new Uniform(bounds.get(0), bounds.get(1));
      }
      case "normal" -> {
        List<Duration> moments = two(text, rest, ",");
        yield new Normal(moments.get(0), moments.get(1));
      }
      case "exponential" -> new Exponential(DurationText.parse(rest));
      default ->
          throw new IllegalArgumentException(
              "\"" + law + "\" is no distribution; known are uniform, normal and exponential.");
    };
  }

  private static List<Duration> two(String text, String rest, String separator) {
    int at = rest.indexOf(separator);
    if (at < 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is incomplete; write uniform:150ms..250ms or normal:200ms,20ms.");
    }
    return List.of(
        DurationText.parse(rest.substring(0, at)),
        DurationText.parse(rest.substring(at + separator.length())));
  }
}
