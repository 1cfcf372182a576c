package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.prompt.Calibration;
import dev.loadline.runner.simulator.Simulator;
import dev.loadline.runner.simulator.SimulatorSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PreparationTest {
  @Test
  void workThatIsDoneInTimeIsUsed() throws Exception {
    assertThat(Preparation.within(Duration.ofMinutes(1), () -> "counted")).contains("counted");
  }

  /** So that what all prompts begin with, the template, is not taken for an older run's. */
  @Test
  void aTargetCountsTheTemplateForADatasetToo(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("data"), "{\"prompt\": \"a\", \"max_tokens\": 1}");
    Workload workload =
        new Workload(
            new Workload.Content.Dataset("data", "JSONL", Optional.empty()),
            Optional.empty(),
            true,
            1);
    try (Simulator simulator = Simulator.start(SimulatorSettings.parse("--port=0"));
        EventLoops loops = EventLoops.start(1, "load")) {
      RunPlan plan = Plans.sending(Plans.requests(simulator.url().toString(), 1), workload);
      Map<String, String> environment =
          Map.of(
              Environment.PLAN,
              ContractJson.write(plan),
              Environment.CLIENT_WARMUP_MILLIS,
              "0",
              Environment.DATA,
              folder.toString());
      RunnerSettings settings =
          ((RunnerSettings.Reading.Usable) RunnerSettings.read(environment)).settings();
      Preparation.Result result = new Preparation(settings, loops, Long.MAX_VALUE).run();

      assertThat(((Preparation.Result.Ready) result).calibration().source())
          .isNotEqualTo(Calibration.Source.NONE);
    }
  }

  @Test
  void workThatFailsIsDoneWithout() throws Exception {
    assertThat(
            Preparation.within(
                Duration.ofMinutes(1),
                () -> {
                  throw new IllegalStateException("no count");
                }))
        .isEmpty();
  }

  @Test
  void workThatTakesTooLongIsInterruptedAndDoneWithout() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    assertThat(
            Preparation.within(
                Duration.ofMillis(200),
                () -> {
                  try {
                    return new CountDownLatch(1).await(1, TimeUnit.HOURS);
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                  }
                }))
        .isEmpty();
    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
