package dev.loadline.operator.plan;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * One bound that the results must keep.
 *
 * @param name unique within the test
 * @param subject what is bounded
 * @param bound the bound
 * @param stage only this stage; empty means that every stage must keep it
 * @param action what a missed bound does
 */
public record Objective(
    String name, Subject subject, Bound bound, Optional<String> stage, Action action) {

  /** What is bounded. */
  public sealed interface Subject {
    /** Name of the metric in the API. */
    String metric();

    /** A statistic of a latency metric; bounds are microseconds. */
    record Latency(dev.loadline.runner.contract.RunResult.Metric of, Statistic statistic)
        implements Subject {
      @Override
      public String metric() {
        return of.name();
      }
    }

    /** A figure of a whole stage; bounds are shares or numbers per second. */
    record Figure(FigureName of) implements Subject {
      @Override
      public String metric() {
        return of.name();
      }
    }
  }

  /** Statistics of a latency metric, named as in the API. */
  public enum Statistic {
    /** Arithmetic mean. */
    mean,
    /** Median. */
    p50,
    /** 90th percentile. */
    p90,
    /** 95th percentile. */
    p95,
    /** 99th percentile. */
    p99,
    /** Largest value. */
    max
  }

  /** Figures of a whole stage, named as in the API. */
  public enum FigureName {
    /** failed ÷ (completed + failed). */
    errorRate,
    /** Successes that ended in the window ÷ its length. */
    requestsPerSecond,
    /** Their output tokens ÷ its length. */
    outputTokensPerSecond,
    /** Requests that kept every bound ÷ (completed + failed). */
    goodFraction
  }

  /**
   * A bound: microseconds for latencies, a share from 0 to 1 for errorRate and goodFraction, a
   * number per second for rates.
   */
  public sealed interface Bound {
    /** The bound's value. */
    BigDecimal value();

    /** The bound as the user wrote it, for messages. */
    String text();

    /** At most. */
    record Max(BigDecimal value, String text) implements Bound {}

    /** At least. */
    record Min(BigDecimal value, String text) implements Bound {}
  }

  /** What a missed bound does. */
  public enum Action {
    /** Makes the verdict Fail. */
    Fail,
    /** Is shown, no more. */
    Report
  }
}
