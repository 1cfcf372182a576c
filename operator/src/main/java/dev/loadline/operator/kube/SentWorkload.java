package dev.loadline.operator.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus.WorkloadStatus;
import dev.loadline.operator.api.WorkloadSpec;
import dev.loadline.operator.api.WorkloadSpec.SyntheticSpec;
import dev.loadline.operator.plan.Preset;
import dev.loadline.operator.plan.Workload;
import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Workload.Content.Synthetic;
import java.math.BigDecimal;
import java.util.Optional;

/** Writes a workload the way the status shows it: as a test could ask for it, all spelled out. */
final class SentWorkload {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SentWorkload() {}

  static WorkloadStatus status(LoadTestRun run, Workload plan) {
    WorkloadSpec asked = run.getSpec().test().workload();
    Optional<Preset> preset = plan.preset();
    return new WorkloadStatus(
        preset.map(Preset::title).orElse(null),
        preset.map(is -> spelledOut(is.synthetic())).orElse(asked.synthetic()),
        asked.dataset(),
        asked.trace(),
        asked.turns(),
        plan.sent().isolated() ? "Run" : "None",
        plan.sent().seed());
  }

  private static SyntheticSpec spelledOut(Synthetic synthetic) {
    boolean shared = synthetic.sharedPrefixTokens() > 0;
    return new SyntheticSpec(
        tokens(synthetic.inputTokens()),
        tokens(synthetic.outputTokens()),
        shared ? synthetic.sharedPrefixTokens() : null,
        shared ? synthetic.sharedPrefixGroups() : null);
  }

  private static JsonNode tokens(Distribution length) {
    return switch (length) {
      case Distribution.Fixed fixed -> JSON.numberNode(fixed.value());
      case Distribution.Normal normal ->
          bounds(
              law("Normal", normal.mean()).put("stddev", decimal(normal.stddev())),
              normal.min(),
              normal.max());
      case Distribution.Lognormal lognormal ->
          bounds(
              law("Lognormal", lognormal.mean()).put("stddev", decimal(lognormal.stddev())),
              lognormal.min(),
              lognormal.max());
      case Distribution.Exponential exponential ->
          bounds(law("Exponential", exponential.mean()), exponential.min(), exponential.max());
      case Distribution.Uniform uniform ->
          bounds(JSON.objectNode().put("distribution", "Uniform"), uniform.min(), uniform.max());
    };
  }

  private static ObjectNode law(String name, double mean) {
    return JSON.objectNode().put("distribution", name).put("mean", decimal(mean));
  }

  private static ObjectNode bounds(ObjectNode law, long min, long max) {
    return law.put("min", min).put("max", max);
  }

  /** Whole numbers without a fraction: that is how an API server hands them back. */
  private static BigDecimal decimal(double value) {
    return new BigDecimal(BigDecimal.valueOf(value).stripTrailingZeros().toPlainString());
  }
}
