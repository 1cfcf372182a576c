package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Objective;
import dev.loadline.operator.plan.Objective.Bound;
import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.operator.plan.Objective.Subject;
import dev.loadline.operator.verdict.Judgement.ObjectiveOutcome;
import dev.loadline.operator.verdict.Judgement.ObjectiveResult;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Metric;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * Whether the load runner's own stalls may be why objectives are missed. A stall lengthens a gap of
 * every stream that is in flight, so few of them, of a share of the time that no percentile of the
 * loop delay shows, are the longest gap of many requests; and one is enough to be the maximum of
 * any metric. They add at most the longest one: maxGap or a maximum is missed for sure if it would
 * be with that much less, and kept for sure anyway. How many requests are not good for them nobody
 * knows: a goodFraction that counts maxGap is missed for sure only if the longest stall is at most
 * a tenth of that bound.
 */
final class OwnStalls {
  private static final BigDecimal SHARE_OF_BOUND = new BigDecimal("0.1");

  private final Measurement measurement;
  private final List<ObjectiveResult> objectives;
  private final BigDecimal longest;

  OwnStalls(Measurement measurement, List<ObjectiveResult> objectives) {
    this.measurement = measurement;
    this.objectives = objectives;
    longest = longest(measurement.generator());
  }

  /** Microseconds. */
  private static BigDecimal longest(Generator generator) {
    long pause = generator.longestGcPauseMillis().orElse(0) * 1000;
    return BigDecimal.valueOf(Math.max(pause, generator.longestLoopDelayMicros().orElse(0)));
  }

  /** What they may have decided; none if an objective with action Fail is missed for sure. */
  List<Fact> facts() {
    List<ObjectiveResult> missed =
        objectives.stream()
            .filter(result -> result.objective().action() == Objective.Action.Fail)
            .filter(result -> result.outcome() == ObjectiveOutcome.Missed)
            .toList();
    List<Fact> doubts = missed.stream().map(this::doubt).flatMap(Optional::stream).toList();
    return doubts.size() == missed.size() ? doubts : List.of();
  }

  private Optional<Fact> doubt(ObjectiveResult missed) {
    boolean doubtful =
        switch (missed.objective().subject()) {
          case Subject.Latency latency ->
              isOfOneStall(latency) && !isMissedWithout(missed.objective());
          case Subject.Figure figure ->
              figure.of() == Objective.FigureName.goodFraction && isLongBesideAGap();
        };
    return doubtful ? Optional.of(fact(missed)) : Optional.empty();
  }

  private static boolean isOfOneStall(Subject.Latency latency) {
    return isGap(latency) || latency.statistic() == Statistic.max;
  }

  private static boolean isGap(Subject.Latency latency) {
    return latency.of() == Metric.maxGap;
  }

  private boolean isMissedWithout(Objective objective) {
    return switch (objective.bound()) {
      case Bound.Min ignored -> true;
      case Bound.Max max -> {
        Bound wider = new Bound.Max(max.value().add(longest), max.text());
        Objective eased =
            new Objective(
                objective.name(),
                objective.subject(),
                wider,
                objective.stage(),
                objective.action());
        yield ObjectiveJudge.judge(eased, measurement).outcome() == ObjectiveOutcome.Missed;
      }
    };
  }

  private boolean isLongBesideAGap() {
    return objectives.stream()
        .map(ObjectiveResult::objective)
        .filter(each -> each.subject() instanceof Subject.Latency latency && isGap(latency))
        .anyMatch(each -> longest.compareTo(each.bound().value().multiply(SHARE_OF_BOUND)) > 0);
  }

  private Fact fact(ObjectiveResult missed) {
    Objective objective = missed.objective();
    String statistic =
        objective.subject() instanceof Subject.Latency latency ? " " + latency.statistic() : "";
    return new Fact(
        objective.subject().metric()
            + statistic
            + " "
            + missed.value().orElse("")
            + missed.stage().map(stage -> " in " + stage).orElse("")
            + " with stalls of the load runner's own of up to "
            + Figures.duration(longest.longValue()),
        missed.bound() + " without them",
        false,
        1);
  }
}
