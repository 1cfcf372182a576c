package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestStatus;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a test's status says of runs that were made and then missed. */
class TestStatusMissedTest {
  private static final Instant NOW = Instant.parse("2026-11-24T09:00:00Z");

  private final KubernetesSerialization serialization = new KubernetesSerialization();

  @ParameterizedTest
  @CsvSource({
    "02:00, Schedule, 03:00, Concurrency",
    "04:00, Schedule, 04:00, TargetBusy",
    "04:00, RunNow, 03:00, Concurrency",
  })
  void theReasonIsThatOfTheLatestMinute(String minute, String trigger, String time, String why) {
    LoadTest test =
        test("lastMissedTime: 2026-11-24T03:00:00Z\nlastMissedReason: Concurrency\nmissedRuns: 1");
    TestStatus status = status(test, List.of(missed("a", minute, trigger)));

    status.uncounted().forEach(status::missed);

    LoadTestStatus intended = status.intended().getStatus();
    assertThat(intended.missedRuns()).isEqualTo(2);
    assertThat(intended.lastMissedTime()).isEqualTo("2026-11-24T" + time + ":00Z");
    assertThat(intended.lastMissedReason()).isEqualTo(why);
  }

  private static TestStatus status(LoadTest test, List<LoadTestRun> runs) {
    TestStatus status = new TestStatus(test, TestRuns.of(test, runs.stream(), NOW));
    status.ready("Scheduled", "runs by its schedule");
    return status;
  }

  private LoadTest test(String status) {
    return serialization.unmarshal(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: chat, namespace: perf, uid: u1, generation: 1,
          creationTimestamp: "2026-11-01T00:00:00Z"}
        spec: {schedule: "0 * * * *"}
        status:
          active: [a]
        %s\
        """
            .formatted(status.indent(2)),
        LoadTest.class);
  }

  private LoadTestRun missed(String name, String minute, String trigger) {
    String status =
        "{phase: Failed, verdict: None, verdictReason: TargetBusy,"
            + " completionTime: \"2026-11-24T08:59:00Z\","
            + " failure: {reason: TargetBusy, message: busy}}";
    return run(name, minute, trigger, status);
  }

  private LoadTestRun run(String name, String minute, String trigger, String status) {
    return serialization.unmarshal(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTestRun
        metadata:
          name: %s
          namespace: perf
          creationTimestamp: "2026-11-24T02:00:00Z"
          ownerReferences: [{apiVersion: loadline.dev/v1alpha1, kind: LoadTest, name: chat, uid: u1,
            controller: true}]
        spec: {loadTest: chat, trigger: %s, scheduledTime: "2026-11-24T%s:00Z"}
        status: %s
        """
            .formatted(name, trigger, minute, status),
        LoadTestRun.class);
  }
}
