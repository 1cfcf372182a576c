package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Objective;
import dev.loadline.operator.plan.Objective.Statistic;
import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ObjectiveOutcome;
import dev.loadline.operator.verdict.Judgement.ObjectiveResult;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The checks on a measurement that one load runner allows. A stage in which every request failed is
 * left out where a check speaks of latencies or loads: there is nothing to question.
 */
final class ValidityChecks {
  /** Class of the requests that found no local port. */
  private static final String NO_PORT = "client_ports";

  private static final String EACH_STAGE = "at least 1 in each stage";

  private final Measurement measurement;
  private final List<StageMeasurement> answered;

  private ValidityChecks(Measurement measurement) {
    this.measurement = measurement;
    this.answered =
        measurement.stages().stream()
            .filter(stage -> stage.requests().sent() > 0 && !stage.onlyFailures())
            .toList();
  }

  static List<ValidityResult> all(Measurement measurement, List<ObjectiveResult> objectives) {
    ValidityChecks checks = new ValidityChecks(measurement);
    List<ValidityResult> all = new ArrayList<>(LimitCheck.of(measurement).stream().toList());
    Collections.addAll(
        all,
        checks.zeroRequests(),
        checks.clientPorts(),
        new GeneratorCheck(measurement, checks.answered, objectives).result(),
        new TargetCheck(measurement.endpoints()).result(),
        new RateCheck(checks.answered).result(),
        new ArrivalCheck(measurement, checks.answered).result(),
        new TokenCheck(measurement, checks.answered).result(),
        new CacheCheck(checks.answered).result(),
        checks.tooFewSamples(objectives));
    return all;
  }

  private ValidityResult zeroRequests() {
    List<String> unmeasured = ended().isPresent() ? LimitCheck.without(measurement) : List.of();
    List<String> without = new ArrayList<>();
    for (StageMeasurement stage : measurement.stages()) {
      if (stage.requests().sent() == 0 && !unmeasured.contains(stage.name())) {
        without.add(stage.name() + hanging(stage));
      }
    }
    if (ended().isEmpty()) {
      without.addAll(measurement.missingStages());
    }
    if (without.isEmpty() && !unmeasured.isEmpty()) {
      return new ValidityResult(
          Check.ZeroRequests,
          ended().orElseThrow() + " before a request of " + String.join(", ", unmeasured),
          EACH_STAGE,
          CheckOutcome.NotChecked);
    }
    long sent = measurement.stages().stream().mapToLong(stage -> stage.requests().sent()).sum();
    return new ValidityResult(
        Check.ZeroRequests,
        without.isEmpty() ? sent + " requests" : "no request in " + String.join(", ", without),
        EACH_STAGE,
        without.isEmpty() ? CheckOutcome.Passed : CheckOutcome.Failed);
  }

  /** What ended the load early and not the server: a stop, or a limit. */
  private Optional<String> ended() {
    return stopped()
        ? Optional.of("stopped")
        : measurement.limit().map(limit -> "limits." + limit + " was reached");
  }

  /** Whoever stops a run cuts its last stage short: nothing that it lacks is the server's fault. */
  private boolean stopped() {
    return measurement.outcome() == RunResult.Outcome.STOPPED;
  }

  /** In a closed loop, requests of the warm-up that never end leave no user to send another. */
  private static String hanging(StageMeasurement stage) {
    return stage
        .concurrencyMean()
        .filter(mean -> mean.signum() > 0)
        .map(mean ->
            ", where "
                + Figures.rate(mean)
                + " from before its window were in flight on average: the server did not answer"
                + " them in time")
        .orElse("");
  }

  /** A request that finds no local port fails for want of the client, not of the server. */
  private ValidityResult clientPorts() {
    long without =
        measurement.stages().stream()
            .flatMap(stage -> stage.result().errors().stream())
            .filter(error -> error.errorClass().equals(NO_PORT))
            .mapToLong(RunResult.ErrorCount::count)
            .sum();
    boolean exhausted = without > 0 || measurement.generator().portsExhausted();
    return new ValidityResult(
        Check.ClientPorts,
        without > 0
            ? without + " requests found no local port"
            : exhausted ? "local ports exhausted" : "never exhausted",
        "a local port for each connection",
        exhausted ? CheckOutcome.Failed : CheckOutcome.Passed);
  }

  /**
   * Objectives with action Fail that could not be judged, or no request that completed; a missed
   * one decides without them.
   */
  private ValidityResult tooFewSamples(List<ObjectiveResult> objectives) {
    List<ObjectiveResult> deciding =
        objectives.stream()
            .filter(result -> result.objective().action() == Objective.Action.Fail)
            .toList();
    Optional<ObjectiveResult> open =
        deciding.stream()
            .filter(result -> result.outcome() == ObjectiveOutcome.NotEnoughSamples)
            .findFirst();
    boolean missed =
        deciding.stream().anyMatch(result -> result.outcome() == ObjectiveOutcome.Missed);
    boolean nothing =
        measurement.stages().stream().allMatch(stage -> stage.requests().completed() == 0);
    if (nothing && open.isEmpty() && !missed) {
      String losses = Losses.of(measurement.stages()).orElse("no request was sent");
      return new ValidityResult(
          Check.TooFewSamples,
          stopped() ? "stopped: " + losses : losses,
          "at least 1 completed",
          stopped() ? CheckOutcome.NotChecked : CheckOutcome.Failed);
    }
    String bound = open.map(this::needed).orElse("as each objective needs");
    if (deciding.isEmpty()) {
      return new ValidityResult(
          Check.TooFewSamples, "no objective with action Fail", bound, CheckOutcome.NotChecked);
    }
    if (open.isEmpty()) {
      return new ValidityResult(
          Check.TooFewSamples, "enough for every objective", bound, CheckOutcome.Passed);
    }
    return new ValidityResult(
        Check.TooFewSamples,
        (stopped() ? "stopped with " : "")
            + samples(open.get())
            + (missed ? "; another objective is missed anyway" : ""),
        bound,
        missed || stopped() ? CheckOutcome.NotChecked : CheckOutcome.Failed);
  }

  private String samples(ObjectiveResult open) {
    List<StageMeasurement> concerned =
        measurement.stages().stream()
            .filter(stage -> open.stage().map(stage.name()::equals).orElse(true))
            .toList();
    boolean cut = open.value().isPresent();
    String found = cut ? "too many requests cut off" : open.samples() + " samples";
    return leftOut(open)
            .map(what -> what + " left out of the result, which is too large,")
            .orElse(found)
        + " for objective "
        + open.objective().name()
        + open.stage().map(stage -> " in " + stage).orElse("")
        + Losses.of(concerned).map(losses -> ", where " + losses).orElse("")
        + (cut && !stopped()
            ? ": unless the server hung, a longer load.drainTimeout lets them end"
            : "")
        + LimitCheck.words(measurement).map("; "::concat).orElse("");
  }

  /** What the objective needs and a result that did not fit into its message lacks. */
  private Optional<String> leftOut(ObjectiveResult open) {
    if (open.value().isPresent()
        || !(open.objective().subject() instanceof Objective.Subject.Latency latency)) {
      return Optional.empty();
    }
    if (measurement.lacks(latency.of())) {
      return Optional.of(latency.metric());
    }
    return measurement.lacksCut(latency.of())
            && SmallestSample.enough(latency.statistic(), open.samples())
        ? Optional.of(RunResult.withCut(latency.of()))
        : Optional.empty();
  }

  /** The smallest sample or, where samples are not what it lacks, the objective's bound. */
  private String needed(ObjectiveResult open) {
    if (open.value().isPresent() || leftOut(open).isPresent()) {
      return open.bound();
    }
    Statistic statistic =
        open.objective().subject() instanceof Objective.Subject.Latency latency
            ? latency.statistic()
            : Statistic.max;
    return "at least " + SmallestSample.of(statistic);
  }
}
