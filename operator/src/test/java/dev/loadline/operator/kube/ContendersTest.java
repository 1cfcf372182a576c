package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.run.Contender;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Until when a run waits for its target. */
class ContendersTest {
  private final KubernetesSerialization serialization = new KubernetesSerialization();

  /** The third was made when another had gone, or when a smaller jitter made it due. */
  @ParameterizedTest
  @CsvSource({
    "Schedule, 02:00:00, 02:10:00",
    "Schedule, 02:09:59, 02:10:00",
    "Schedule, 03:00:00, 03:10:00",
    "RunNow, 02:05:00, 02:15:00",
  })
  void waitsFromItsDueTimeUnlessItWasMadeAfterThatDeadline(
      String trigger, String created, String deadline) {
    assertThat(contender(created, trigger, "kind: LoadTest, name: chat, uid: t1").deadline())
        .isEqualTo("2026-11-24T" + deadline + "Z");
  }

  /** Made by hand, whatever it says of itself. */
  @ParameterizedTest
  @ValueSource(strings = {"", "kind: Pipeline, name: chat, uid: t1"})
  void comesWhenItWasMadeIfNoTestMadeIt(String owner) {
    Contender run = contender("09:00:00", "Schedule", owner);
    assertThat(run.due()).isEqualTo("2026-11-24T09:00:00Z");
    assertThat(run.deadline()).isEqualTo("2026-11-24T09:10:00Z");
  }

  private Contender contender(String created, String trigger, String owner) {
    LoadTestRun run =
        serialization.unmarshal(
            """
            apiVersion: loadline.dev/v1alpha1
            kind: LoadTestRun
            metadata:
              {name: a, namespace: perf, uid: u1, creationTimestamp: "2026-11-24T%sZ", ownerReferences: [%s]}
            spec:
              trigger: %s
              scheduledTime: "2026-11-24T02:00:00Z"
              test: {target: {url: "http://vllm.models:8000/v1"}}
            """
                .formatted(created, owner.isEmpty() ? "" : "{" + owner + "}", trigger),
            LoadTestRun.class);
    return Contenders.of(run).orElseThrow();
  }
}
