package dev.loadline.runner;

import dev.loadline.runner.contract.Distribution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Gathers what makes no sense in a plan: sentences that begin with the field's path. */
final class Problems {
  private static final long LONGEST_MILLIS = Duration.ofDays(30).toMillis();

  private final List<String> sentences = new ArrayList<>();

  /** All of them so far. */
  List<String> all() {
    return List.copyOf(sentences);
  }

  void require(boolean holds, String field, String problem) {
    if (!holds) {
      sentences.add(field + " " + problem + ".");
    }
  }

  /** A whole number within bounds, both included. */
  void number(long value, long least, long most, String field) {
    require(value >= least && value <= most, field, "must be from " + least + " to " + most);
  }

  /** A time of at most 30 days. */
  void millis(long value, long least, String field) {
    require(
        value >= least && value <= LONGEST_MILLIS,
        field,
        "must be from " + least + " to " + LONGEST_MILLIS + " (30 days)");
  }

  /** A drawn time. */
  void millis(Distribution law, String field) {
    if (law instanceof Distribution.Fixed fixed) {
      millis(fixed.value(), 0, field + ".value");
    } else {
      distribution(law, 0, LONGEST_MILLIS, field);
    }
  }

  /** A law whose draws lie within bounds, both included. */
  void distribution(Distribution law, long least, long most, String field) {
    switch (law) {
      case Distribution.Fixed fixed -> number(fixed.value(), least, most, field + ".value");
      case Distribution.Normal normal -> {
        range(normal.min(), normal.max(), least, most, field);
        mean(normal.mean(), normal.min(), normal.max(), field);
        deviation(normal.stddev(), field);
      }
      case Distribution.Lognormal lognormal -> {
        range(lognormal.min(), lognormal.max(), least, most, field);
        mean(lognormal.mean(), lognormal.min(), lognormal.max(), field);
        require(lognormal.mean() > 0, field + ".mean", "must be above 0");
        deviation(lognormal.stddev(), field);
      }
      case Distribution.Uniform uniform -> range(uniform.min(), uniform.max(), least, most, field);
      case Distribution.Exponential exponential -> {
        range(exponential.min(), exponential.max(), least, most, field);
        mean(exponential.mean(), exponential.min(), exponential.max(), field);
      }
    }
  }

  private void range(long min, long max, long least, long most, String field) {
    require(
        min >= least && max <= most && min <= max,
        field,
        "must have min and max from " + least + " to " + most + ", min not above max");
  }

  private void mean(double mean, long min, long max, String field) {
    require(mean >= min && mean <= max, field + ".mean", "must lie between min and max");
  }

  private void deviation(double stddev, String field) {
    require(stddev >= 0 && Double.isFinite(stddev), field + ".stddev", "must be at least 0");
  }
}
