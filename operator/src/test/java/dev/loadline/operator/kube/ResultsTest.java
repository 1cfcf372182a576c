package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTestRunStatus.Summary;
import dev.loadline.operator.api.LoadTestRunStatus.WorkloadStatus;
import dev.loadline.operator.api.WorkloadSpec;
import dev.loadline.operator.plan.Load;
import dev.loadline.operator.verdict.TargetEndpoints.Observation;
import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunResult;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What a run's status says of a result: columns and notes. */
class ResultsTest {
  private static final Load.Shape CLOSED =
      new Load.Shape.Closed(64, OptionalInt.of(1), new Distribution.Fixed(0), false);
  private static final Load.Shape OPEN =
      new Load.Shape.Open(
          new BigDecimal("4.5"), Optional.empty(), Load.Arrival.Gamma, new BigDecimal("0.25"));
  private static final Load.Shape REPLAY =
      new Load.Shape.Replay(new BigDecimal("2"), OptionalLong.empty());

  private static Results results(Load.Shape shape, RunResult result) {
    Load.Stage stage = new Load.Stage("steady", shape, new Load.End.After(Duration.ofMinutes(1)));
    Load load = new Load(Duration.ZERO, Duration.ZERO, Load.ConnectionReuse.Pooled, List.of(stage));
    return Results.of(load, List.of(), result, new Observation.NotCompared("no Service"));
  }

  private static RunResult measured() {
    return ((ResultCodec.Decoded.Read) ResultCodec.decode(Outputs.measured())).result();
  }

  private static Summary columns(Load.Shape shape) {
    return results(shape, measured()).summary().orElseThrow();
  }

  @Test
  void theColumnsOfAClosedLoopCountFromTheFirstByteSent() {
    assertThat(columns(CLOSED).load()).isEqualTo("1 to 64 users");
    assertThat(columns(CLOSED).ttftP50()).isEqualTo("200ms");
    assertThat(columns(CLOSED).ttftP95()).isEqualTo("204ms");
    assertThat(columns(CLOSED).latencyP95()).isEqualTo("836ms");
  }

  @Test
  void theColumnsOfAnOpenLoopCountFromWhenARequestWasDue() {
    assertThat(columns(OPEN).load()).isEqualTo("4.5 requests/s Gamma, burstiness 0.25");
    assertThat(columns(REPLAY).load()).isEqualTo("trace × 2");
    assertThat(List.of(columns(OPEN), columns(REPLAY)))
        .allSatisfy(columns -> {
          assertThat(columns.ttftP50()).isEqualTo("700ms");
          assertThat(columns.ttftP95()).isEqualTo("714ms");
          assertThat(columns.latencyP95()).isEqualTo("1.35s");
          assertThat(columns.tpotP95()).isEqualTo("20.4ms");
        });
  }

  @Test
  void aNoteSaysThatPromptsWereNotCalibrated() {
    String note = "the target did not count prompts before the load: a word was taken for a token";
    WorkloadSpec.SyntheticSpec made = new WorkloadSpec.SyntheticSpec(null, null, null, null);
    WorkloadSpec.DatasetSpec file = new WorkloadSpec.DatasetSpec(null, null, "JSONL", null);
    Results uncalibrated = results(CLOSED, measured());
    assertThat(uncalibrated.notes(sent(made, null))).containsExactly(note);
    assertThat(uncalibrated.notes(sent(null, file))).isEmpty();
    assertThat(results(CLOSED, calibrated()).notes(sent(made, null))).isEmpty();
  }

  private static Optional<WorkloadStatus> sent(
      WorkloadSpec.SyntheticSpec synthetic, WorkloadSpec.DatasetSpec dataset) {
    return Optional.of(new WorkloadStatus(null, synthetic, dataset, null, null, "Run", 0L));
  }

  private static RunResult calibrated() {
    RunResult result = measured();
    return new RunResult(
        result.version(),
        result.outcome(),
        result.message(),
        result.reason(),
        Optional.of(
            new RunResult.TargetFacts(
                "gemma",
                "vLLM",
                Optional.empty(),
                Optional.of(new RunResult.Calibration(1.25, 9)))),
        result.loadStartedMillis(),
        result.endedMillis(),
        result.stages(),
        result.generator(),
        Optional.empty(),
        Optional.empty(),
        result.omitted());
  }
}
