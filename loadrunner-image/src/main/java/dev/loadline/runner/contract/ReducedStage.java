package dev.loadline.runner.contract;

import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult.Arrivals;
import dev.loadline.runner.contract.StageResult.Health;
import dev.loadline.runner.contract.StageResult.Lengths;
import dev.loadline.runner.contract.StageResult.Tokens;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What a stage keeps while {@link Reduction} takes things away from it. */
final class ReducedStage {
  final StageResult whole;
  final Map<Metric, Latency> latencies = new EnumMap<>(Metric.class);
  final Map<Metric, Latency> withCut = new EnumMap<>(Metric.class);
  Tokens tokens;
  Lengths lengths;
  Optional<Arrivals> arrivals;
  List<ErrorCount> errors;
  Health health;

  private ReducedStage(StageResult whole) {
    this.whole = whole;
    latencies.putAll(whole.latencies());
    withCut.putAll(whole.withCut());
    tokens = whole.tokens();
    lengths = whole.lengths();
    arrivals = whole.arrivals();
    errors = whole.errors();
    health = whole.health();
  }

  /** What such a step leaves of a stage. */
  static StageResult after(Consumer<ReducedStage> step, StageResult stage) {
    ReducedStage reduced = new ReducedStage(stage);
    step.accept(reduced);
    return reduced.result();
  }

  private StageResult result() {
    return new StageResult(
        whole.name(),
        whole.requestedRate(),
        whole.window(),
        whole.requests(),
        tokens,
        lengths,
        whole.inWindow(),
        arrivals,
        errors,
        latencies,
        withCut,
        health);
  }
}
