package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunClocksTest {
  private static final Instant START = Instant.parse("2026-11-24T02:00:00Z");
  private static final String UNDER_WAY = "startTime: \"2026-11-24T02:00:00Z\"";

  private final KubernetesSerialization serialization = new KubernetesSerialization();
  private Instant wall = START;
  private long nanos = -7;
  private final RunClocks clocks = new RunClocks(() -> wall, () -> nanos);

  @ParameterizedTest
  @ValueSource(strings = {"PT2H", "-PT2H", "P3650D"})
  void goesOnForARunUnderWayAsIfTheNodesClockHadNotBeenSet(String step) {
    LoadTestRun run = run("a", UNDER_WAY);
    assertThat(clocks.now(run).now()).isEqualTo(START);
    passes(Duration.ofMinutes(3));
    wall = wall.plus(Duration.parse(step));
    assertThat(clocks.now(run).now()).isEqualTo(START.plusSeconds(180));
    passes(Duration.ofMinutes(1));
    assertThat(clocks.now(run).now()).isEqualTo(START.plusSeconds(240));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "phase: Waiting",
        UNDER_WAY + ", verdict: Pass",
        UNDER_WAY + ", verdict: None, completionTime: \"2026-11-24T02:10:00Z\"",
      })
  void isTheNodesClockBeforeTheAdmissionAndOnceTheEndIsRecorded(String status) {
    clocks.now(run("a", UNDER_WAY));
    wall = wall.plus(Duration.ofHours(2));
    assertThat(clocks.now(run("a", status)).now()).isEqualTo(wall);
  }

  @Test
  void isTheNodesClockForARunThatNoPassHasSeen() {
    LoadTestRun unseen = run("a", UNDER_WAY);
    unseen.setStatus(null);
    assertThat(clocks.now(unseen).now()).isEqualTo(wall);
  }

  /** Another operator, or one that saw the run only after the step, knows of no step. */
  @Test
  void beginsWithTheNodesClockAsItIsWhenTheRunIsFirstSeen() {
    clocks.now(run("a", UNDER_WAY));
    wall = wall.plus(Duration.ofHours(2));
    assertThat(clocks.now(run("b", UNDER_WAY)).now()).isEqualTo(wall);
    assertThat(clocks.now(run("a", UNDER_WAY)).now()).isEqualTo(START);
  }

  @Test
  void keepsNothingOfARunThatIsGone() {
    clocks.now(run("a", UNDER_WAY));
    wall = wall.plus(Duration.ofHours(2));
    clocks.forget(run("a", UNDER_WAY));
    assertThat(clocks.now(run("a", UNDER_WAY)).now()).isEqualTo(wall);
  }

  /**
   * So little is an adjustment; else what is said of a node that is lost would change each time.
   */
  @ParameterizedTest
  @CsvSource({
    "PT2H, -7200",
    "-PT2H, 7200",
    "PT1H0.3S, -3600",
    "-PT1H0.3S, 3600",
    "PT2S, 0",
    "PT0S, 0"
  })
  void knowsByHowMuchWhatKubernetesStampsDiffers(Duration step, long seconds) {
    clocks.now(run("a", UNDER_WAY));
    wall = wall.plus(step);
    assertThat(clocks.now(run("a", UNDER_WAY)).ofStamps()).isEqualTo(Duration.ofSeconds(seconds));
  }

  private void passes(Duration time) {
    wall = wall.plus(time);
    nanos += time.toNanos();
  }

  private LoadTestRun run(String uid, String status) {
    return serialization.unmarshal(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTestRun
        metadata: {name: nightly, namespace: perf, uid: %s}
        status: {%s}
        """
            .formatted(uid, status),
        LoadTestRun.class);
  }
}
