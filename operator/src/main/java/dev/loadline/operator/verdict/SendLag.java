package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.runner.contract.RunResult.Metric;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How late the requests of a stage were sent: the p99 of the lag, or the highest percentile that
 * the sample is large enough for, since a lag that touches fewer requests than any reported
 * percentile shows cannot move one. Below 11 requests, the maximum.
 *
 * @param statistic which one
 * @param micros its value
 * @param boundMicros what is allowed
 */
record SendLag(Statistic statistic, long micros, long boundMicros) {
  static final long LEAST_BOUND_MICROS = 5_000;
  private static final double SHARE = 0.01;

  /** Empty where no request was sent. */
  static Optional<SendLag> of(StageMeasurement stage) {
    if (!stage.result().latencies().containsKey(Metric.sendLag)) {
      return Optional.empty();
    }
    Statistic statistic =
        Stream.of(Statistic.p99, Statistic.p95, Statistic.p90, Statistic.p50)
            .filter(each -> stage.statistic(Metric.sendLag, each).isPresent())
            .findFirst()
            .orElse(Statistic.max);
    return Optional.of(
        new SendLag(statistic, stage.statistic(Metric.sendLag, statistic).orElse(0), bound(stage)));
  }

  /** 5 ms or 1 % of the stage's median TTFT, whichever is more; 5 ms where that is not known. */
  static long bound(StageMeasurement stage) {
    long medianTtft = stage.statistic(Metric.ttft, Statistic.p50).orElse(0);
    return boundBeside(medianTtft);
  }

  /** 5 ms or 1 % of what a delay lengthens, whichever is more; microseconds. */
  static long boundBeside(long micros) {
    return Math.max(LEAST_BOUND_MICROS, (long) (SHARE * micros));
  }
}
