package dev.loadline.operator.verdict;

import dev.loadline.operator.plan.Load;
import dev.loadline.operator.plan.Objective;
import dev.loadline.operator.verdict.TargetEndpoints.Observation;
import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Intervals;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.contract.StageResult;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A measurement that is sound in every respect until a test changes it: one minute, 8 users, 1,000
 * requests, all of them answered; TTFT 200 ms, send lag 0.1 ms.
 */
final class Measured {
  static final Load.Shape.Closed EIGHT_USERS = closed(8, 0);

  static final Observation UNCOMPARED = new Observation.NotCompared("no Service");

  final String name;
  Load.Shape shape = EIGHT_USERS;
  long windowMicros = 60_000_000;
  boolean windowComplete = true;
  long sent = 1000;
  long completed = 1000;
  long failed;
  long cut;
  long good = 1000;
  long sentInWindow = 1000;
  long endedInWindow = 990;
  long endedInWindowGood = 980;
  OptionalLong endedInWindowInputTokens = OptionalLong.of(99_000);
  long endedInWindowOutputTokens = 31_680;
  long receivedTokens = 31_680;
  long inFlightMicros = 8 * 60_000_000L;
  long tokensRequested = 32_000;
  long outputTokens = 32_000;
  String tokenSource = "Usage";
  OptionalLong cached = OptionalLong.empty();
  OptionalLong requestedInput = OptionalLong.empty();
  OptionalLong reusable = OptionalLong.empty();
  StageResult.Lengths lengths = StageResult.Lengths.NONE;
  Optional<StageResult.Arrivals> arrivals = Optional.empty();
  List<RunResult.ErrorCount> errors = List.of();
  OptionalLong loopDelayP99Micros = OptionalLong.of(300);
  OptionalDouble busyShare = OptionalDouble.of(0.2);
  OptionalLong longestGcPauseMillis = OptionalLong.of(3);
  final Map<Metric, Latency> latencies = new EnumMap<>(Metric.class);
  final Map<Metric, Latency> withCut = new EnumMap<>(Metric.class);

  Measured(String name) {
    this.name = name;
    latencies.put(Metric.ttft, latency(1000, 200_000));
    latencies.put(Metric.sendLag, latency(1000, 100));
  }

  /** All statistics of the same value, but for the maximum, which is a microsecond more. */
  static Latency latency(long count, long micros) {
    return new Latency(
        count, micros, micros, micros, micros, micros, micros + 1, 0, Intervals.NONE);
  }

  /** Every request failed. */
  static Measured onlyFailures(String name) {
    Measured stage = new Measured(name);
    stage.completed = 0;
    stage.failed = 1000;
    stage.good = 0;
    stage.endedInWindow = 0;
    stage.endedInWindowGood = 0;
    stage.endedInWindowInputTokens = OptionalLong.empty();
    stage.endedInWindowOutputTokens = 0;
    stage.receivedTokens = 0;
    stage.tokensRequested = 0;
    stage.outputTokens = 0;
    stage.latencies.clear();
    return stage;
  }

  Measured open(String rate, Load.Arrival arrival) {
    return open(rate, arrival, BigDecimal.ONE);
  }

  Measured open(String rate, Load.Arrival arrival, BigDecimal burstiness) {
    shape = new Load.Shape.Open(new BigDecimal(rate), Optional.empty(), arrival, burstiness);
    return this;
  }

  Measured sent(StageResult.ArrivalPattern pattern) {
    arrivals = Optional.of(new StageResult.Arrivals(pattern, Optional.empty()));
    return this;
  }

  static Load.Shape.Closed closed(int users, long thinkTimeMillis) {
    return new Load.Shape.Closed(
        users, OptionalInt.empty(), new Distribution.Fixed(thinkTimeMillis), false);
  }

  StageMeasurement stage() {
    return new StageMeasurement(planned(), result());
  }

  Load.Stage planned() {
    return new Load.Stage(name, shape, new Load.End.After(Duration.ofMinutes(1)));
  }

  StageResult result() {
    return new StageResult(
        name,
        OptionalDouble.empty(),
        new StageResult.Window(0, windowMicros, windowComplete),
        new StageResult.Requests(sent, completed, failed, cut, good, 0),
        new StageResult.Tokens(
            tokenSource,
            endedInWindowInputTokens,
            outputTokens,
            tokensRequested,
            OptionalDouble.empty(),
            cached,
            OptionalLong.empty(),
            OptionalDouble.empty(),
            requestedInput,
            reusable),
        lengths,
        new StageResult.InWindow(
            sentInWindow,
            endedInWindow,
            endedInWindowGood,
            endedInWindowInputTokens,
            endedInWindowOutputTokens,
            receivedTokens,
            inFlightMicros),
        arrivals,
        errors,
        latencies,
        withCut,
        new StageResult.Health(loopDelayP99Micros, busyShare, longestGcPauseMillis));
  }

  /** A generator without a fault. */
  static Generator idle() {
    return new MeasuredGenerator().result();
  }

  static Measurement of(Measured... stages) {
    return of(Outcome.MEASURED, idle(), stages);
  }

  static Measurement of(MeasuredGenerator generator, Measured... stages) {
    return of(Outcome.MEASURED, generator.result(), stages);
  }

  static Measurement of(Outcome outcome, Generator generator, Measured... stages) {
    return new Measurement(
        outcome,
        true,
        Optional.of("vLLM"),
        List.of(stages).stream().map(Measured::stage).toList(),
        List.of(),
        generator,
        List.of(),
        Optional.empty(),
        UNCOMPARED);
  }

  /** The target's only endpoint went and came back. */
  static Observation restarted() {
    Instant begin = Instant.EPOCH;
    Instant end = begin.plusSeconds(60);
    return new Observation.Compared(
        new TargetEndpoints(1, "before", begin), new TargetEndpoints(1, "after", end), begin, end);
  }

  /** The same of a target of which this is known. */
  static Measurement of(Observation endpoints, Measured... stages) {
    Measurement whole = of(stages);
    return new Measurement(
        whole.outcome(),
        whole.loadStarted(),
        whole.engine(),
        whole.stages(),
        whole.missingStages(),
        whole.generator(),
        whole.omitted(),
        whole.limit(),
        endpoints);
  }

  /** The same of a load that a limit ended before further stages. */
  static Measurement limited(RunResult.Limit limit, List<String> missing, Measured... stages) {
    Measurement whole = of(stages);
    return new Measurement(
        whole.outcome(),
        whole.loadStarted(),
        whole.engine(),
        whole.stages(),
        missing,
        whole.generator(),
        whole.omitted(),
        Optional.of(limit),
        UNCOMPARED);
  }

  /** The same of a result that lacks this. */
  static Measurement without(String omitted, Measured... stages) {
    Measurement whole = of(stages);
    return new Measurement(
        whole.outcome(),
        whole.loadStarted(),
        whole.engine(),
        whole.stages(),
        whole.missingStages(),
        whole.generator(),
        List.of(omitted),
        whole.limit(),
        UNCOMPARED);
  }

  /** A result of these stages, in a load that plans one more for each further name. */
  static Measurement planned(Measured stage, String... missing) {
    List<Load.Stage> plan = new ArrayList<>(List.of(stage.planned()));
    for (String name : missing) {
      plan.add(new Measured(name).planned());
    }
    return Measurement.of(
        new Load(Duration.ZERO, Duration.ZERO, Load.ConnectionReuse.Pooled, plan),
        new RunResult(
            RunResult.VERSION,
            Outcome.MEASURED,
            Optional.empty(),
            Optional.empty(),
            Optional.of(new RunResult.TargetFacts("m", "vLLM", Optional.empty(), Optional.empty())),
            OptionalLong.of(1),
            2,
            List.of(stage.result()),
            idle(),
            Optional.empty(),
            Optional.empty(),
            List.of()),
        UNCOMPARED);
  }

  static Objective max(Metric metric, Objective.Statistic statistic, long micros) {
    return new Objective(
        metric + "-" + statistic,
        new Objective.Subject.Latency(metric, statistic),
        new Objective.Bound.Max(BigDecimal.valueOf(micros), micros + "us"),
        Optional.empty(),
        Objective.Action.Fail);
  }

  static Objective max(Objective.FigureName figure, String value) {
    return new Objective(
        figure.name(),
        new Objective.Subject.Figure(figure),
        new Objective.Bound.Max(new BigDecimal(value), value),
        Optional.empty(),
        Objective.Action.Fail);
  }

  static Objective min(Objective.FigureName figure, String value) {
    return new Objective(
        figure.name(),
        new Objective.Subject.Figure(figure),
        new Objective.Bound.Min(new BigDecimal(value), value),
        Optional.empty(),
        Objective.Action.Fail);
  }

  static Objective in(String stage, Objective objective) {
    return new Objective(
        objective.name(),
        objective.subject(),
        objective.bound(),
        Optional.of(stage),
        objective.action());
  }

  static Objective reported(Objective objective) {
    return new Objective(
        objective.name(),
        objective.subject(),
        objective.bound(),
        objective.stage(),
        Objective.Action.Report);
  }
}
