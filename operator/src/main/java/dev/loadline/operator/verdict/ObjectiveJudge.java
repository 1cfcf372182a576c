package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Load;
import dev.loadline.operator.plan.Objective;
import dev.loadline.operator.plan.Objective.Bound;
import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.operator.plan.Objective.Subject;
import dev.loadline.operator.verdict.Judgement.ObjectiveOutcome;
import dev.loadline.operator.verdict.Judgement.ObjectiveResult;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Judges one objective. Without a stage of its own it must hold in every stage, and the worst one
 * decides.
 *
 * <p>Requests that were cut off count as at least as slow as they were when they were cut: with
 * them at that value an upper bound can be proved to be missed, with them slower than any other it
 * can be proved to be kept. In between the objective is NotEnoughSamples. A mean and a maximum are
 * never proved to be kept if a request was cut. Likewise an error rate and a fraction of good
 * requests, which are of the requests that ended, are only kept if they would be with every cut
 * request failed.
 *
 * <p>Where the runner left the cut requests' latencies out of its result, any latency is possible
 * for them: a miss must be one even if they were quick.
 */
final class ObjectiveJudge {
  private static final Set<Metric> SCHEDULED = Set.of(Metric.ttftScheduled, Metric.e2eScheduled);

  private final Objective objective;

  private final Measurement measurement;

  private ObjectiveJudge(Objective objective, Measurement measurement) {
    this.objective = objective;
    this.measurement = measurement;
  }

  static ObjectiveResult judge(Objective objective, Measurement measurement) {
    ObjectiveJudge judge = new ObjectiveJudge(objective, measurement);
    return measurement.stages().stream()
        .filter(judge::concerns)
        .map(judge::inStage)
        .max(judge.nearestToMissing())
        .map(judge::result)
        .orElseGet(() -> judge.result(new Finding("", Optional.empty(), 0, false, false)));
  }

  /** Its own stage or every one; a scheduled metric exists in open loops only. */
  private boolean concerns(StageMeasurement stage) {
    boolean exists =
        !(objective.subject() instanceof Subject.Latency latency
            && SCHEDULED.contains(latency.of())
            && stage.planned().shape() instanceof Load.Shape.Closed);
    return exists && objective.stage().map(stage.name()::equals).orElse(true);
  }

  /**
   * What was found in a stage.
   *
   * @param enough whether there are samples enough for the value
   * @param open whether cut requests may make it worse than this
   */
  private record Finding(
      String stage, Optional<BigDecimal> value, long samples, boolean enough, boolean open) {}

  private Finding inStage(StageMeasurement stage) {
    return switch (objective.subject()) {
      case Subject.Latency latency -> latency(stage, latency);
      case Subject.Figure figure -> {
        long ended = stage.requests().ended();
        Optional<BigDecimal> value = figure(stage, figure.of());
        boolean enough = value.isPresent() && !isUnderWay(stage, figure.of());
        yield new Finding(stage.name(), value, ended, enough, open(stage, figure.of()));
      }
    };
  }

  private static Optional<BigDecimal> figure(StageMeasurement stage, Objective.FigureName figure) {
    return switch (figure) {
      case errorRate -> stage.errorRate();
      case goodFraction -> stage.goodFraction();
      case requestsPerSecond -> stage.requestsPerSecond();
      case outputTokensPerSecond -> stage.outputTokensPerSecond();
    };
  }

  /**
   * Whether tokens that arrived in the window keep a bound that the answers which ended in it miss:
   * where a request takes long beside the window, most are still under way at its end, and what
   * they have received so far is no slowness of the server.
   */
  private boolean isUnderWay(StageMeasurement stage, Objective.FigureName figure) {
    Optional<BigDecimal> received =
        switch (figure) {
          case errorRate, goodFraction -> Optional.empty();
          case requestsPerSecond -> stage.receivedRequestsPerSecond();
          case outputTokensPerSecond -> stage.receivedTokensPerSecond();
        };
    return objective.bound() instanceof Bound.Min
        && figure(stage, figure).filter(this::kept).isEmpty()
        && received.filter(this::kept).isPresent();
  }

  /** Whether the bound is kept, but would not be if every cut request had failed. */
  private boolean open(StageMeasurement stage, Objective.FigureName figure) {
    return switch (figure) {
      case errorRate -> keptOnlyBy(stage.errorRate(), stage.errorRateAtMost());
      case goodFraction -> keptOnlyBy(stage.goodFraction(), stage.goodFractionAtLeast());
      case requestsPerSecond, outputTokensPerSecond -> false;
    };
  }

  private boolean keptOnlyBy(Optional<BigDecimal> value, Optional<BigDecimal> worst) {
    return value.filter(this::kept).isPresent() && worst.filter(this::kept).isEmpty();
  }

  private Finding latency(StageMeasurement stage, Subject.Latency subject) {
    Latency completed = stage.result().latencies().get(subject.of());
    Latency withCut = stage.result().withCut().get(subject.of());
    boolean upper = objective.bound() instanceof Bound.Max;
    Latency latency = upper && withCut != null ? withCut : completed;
    if (latency == null || latency.count() == 0) {
      return new Finding(stage.name(), Optional.empty(), 0, false, false);
    }
    if (upper
        && withCut == null
        && measurement.lacksCut(subject.of())
        && !isProved(stage, subject, latency)) {
      return new Finding(stage.name(), Optional.empty(), latency.count(), false, false);
    }
    boolean enough = SmallestSample.enough(subject.statistic(), latency.count());
    Optional<BigDecimal> value =
        enough
            ? Optional.of(BigDecimal.valueOf(StageMeasurement.value(latency, subject.statistic())))
            : Optional.empty();
    boolean open =
        upper
            && stage.requests().cut() > 0
            && !keptWithEndlessCuts(completed, stage.requests().cut(), subject.statistic());
    return new Finding(stage.name(), value, latency.count(), enough, open);
  }

  /** Whether an upper bound is kept or missed whatever the latencies of the cut requests are. */
  private boolean isProved(StageMeasurement stage, Subject.Latency subject, Latency completed) {
    long cut = stage.requests().cut();
    return cut == 0
        || keptWithEndlessCuts(completed, cut, subject.statistic())
        || missedWithQuickCuts(completed, cut, subject.statistic());
  }

  /**
   * Whether an upper bound is missed even if every cut request took no time. The percentile q of n
   * completed and k such requests is the percentile (q(n + k) − k)/n of the completed ones; of
   * those that are known, the next one below it stands for it.
   */
  private boolean missedWithQuickCuts(Latency completed, long cut, Statistic statistic) {
    double all = completed.count() + cut;
    return switch (statistic) {
      case max -> !kept(BigDecimal.valueOf(completed.max()));
      case mean -> !kept(BigDecimal.valueOf(completed.mean() * completed.count() / all));
      case p50, p90, p95, p99 -> {
        double needed = (level(statistic).orElseThrow() * all - cut) / completed.count();
        yield Arrays.stream(Statistic.values())
            .filter(known -> level(known).orElse(1) <= needed)
            .anyMatch(known -> !kept(BigDecimal.valueOf(StageMeasurement.value(completed, known))));
      }
    };
  }

  /**
   * Whether an upper bound is kept even if no cut request would ever have ended. The percentile q
   * of n completed and k endless requests is the percentile q(n + k)/n of the completed ones; of
   * those that are known, the next one above it stands for it.
   */
  private boolean keptWithEndlessCuts(@Nullable Latency completed, long cut, Statistic statistic) {
    if (completed == null || completed.count() == 0) {
      return false;
    }
    OptionalDouble level = level(statistic);
    if (level.isEmpty()) {
      return false;
    }
    double needed = level.getAsDouble() * (completed.count() + cut) / completed.count();
    return Arrays.stream(Statistic.values())
        .filter(known -> level(known).orElse(known == Statistic.max ? 1 : 0) >= needed)
        .findFirst()
        .filter(known -> kept(BigDecimal.valueOf(StageMeasurement.value(completed, known))))
        .isPresent();
  }

  private static OptionalDouble level(Statistic statistic) {
    return switch (statistic) {
      case mean, max -> OptionalDouble.empty();
      case p50 -> OptionalDouble.of(0.5);
      case p90 -> OptionalDouble.of(0.9);
      case p95 -> OptionalDouble.of(0.95);
      case p99 -> OptionalDouble.of(0.99);
    };
  }

  private ObjectiveOutcome outcome(Finding finding) {
    if (finding.value().isEmpty() || !finding.enough()) {
      return ObjectiveOutcome.NotEnoughSamples;
    }
    if (!kept(finding.value().get())) {
      return ObjectiveOutcome.Missed;
    }
    return finding.open() ? ObjectiveOutcome.NotEnoughSamples : ObjectiveOutcome.Met;
  }

  private boolean kept(BigDecimal value) {
    return switch (objective.bound()) {
      case Bound.Max max -> value.compareTo(max.value()) <= 0;
      case Bound.Min min -> value.compareTo(min.value()) >= 0;
    };
  }

  /** Missed before not judged before met; then by the value, in the direction that is worse. */
  private Comparator<Finding> nearestToMissing() {
    Comparator<BigDecimal> worse =
        objective.bound() instanceof Bound.Max
            ? Comparator.naturalOrder()
            : Comparator.reverseOrder();
    return Comparator.<Finding>comparingInt(finding -> badness(outcome(finding)))
        .thenComparing(finding -> finding.value().orElse(objective.bound().value()), worse);
  }

  private static int badness(ObjectiveOutcome outcome) {
    return switch (outcome) {
      case Met -> 0;
      case NotEnoughSamples -> 1;
      case Missed -> 2;
    };
  }

  private ObjectiveResult result(Finding finding) {
    Optional<String> value =
        finding.value().map(number -> (finding.open() ? worse() : "") + beside(number));
    String bound =
        switch (objective.bound()) {
          case Bound.Max max -> "max " + max.text();
          case Bound.Min min -> "min " + min.text();
        };
    Optional<String> stage =
        finding.stage().isEmpty() ? Optional.empty() : Optional.of(finding.stage());
    return new ObjectiveResult(objective, stage, value, bound, outcome(finding), finding.samples());
  }

  private String worse() {
    return switch (objective.bound()) {
      case Bound.Max ignored -> "≥ ";
      case Bound.Min ignored -> "≤ ";
    };
  }

  /** The value, with as many digits as it takes to tell it from the bound. */
  private String beside(BigDecimal value) {
    return text(value, Figures.digitsApart(value, objective.bound().value(), this::text));
  }

  private String text(BigDecimal value, int digits) {
    return switch (objective.subject()) {
      case Subject.Latency ignored -> Figures.duration(value, digits);
      case Subject.Figure figure ->
          switch (figure.of()) {
            case errorRate, goodFraction -> Figures.share(value, digits);
            case requestsPerSecond, outputTokensPerSecond -> Figures.rate(value, digits);
          };
    };
  }
}
