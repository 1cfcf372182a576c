package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.local.apiserver.Faults.Call;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API server takes no status: an event says so, nobody hurries, and it goes on afterwards. */
class RefusedStatusApiTest {
  private static final int ALWAYS = 9999;

  private static boolean writesStatus(Call call, String resource) {
    return call.verb().equals("patch")
        && call.resource().equals(resource)
        && call.subresource().equals("status");
  }

  @ParameterizedTest
  @CsvSource({
    "loadtestruns, LoadTestRun, 422",
    "loadtestruns, LoadTestRun, 403",
    "loadtests, LoadTest, 422",
    "loadtests, LoadTest, 403"
  })
  void saysSoWhereTheUserLooksAndTriesNowAndThen(String resource, String kind, int code) {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster
          .server
          .faults()
          .inject(
              call -> writesStatus(call, resource),
              ALWAYS,
              new Fault.Answer(code, "status.phase: Unsupported value", Optional.empty()));
      cluster.createTest("chat", "");
      cluster.startOperator();

      await()
          .atMost(LocalCluster.LIMIT)
          .until(() -> cluster.events(kind).contains("ReconcileError"));

      assertThat(cluster.eventMessage("ReconcileError"))
          .isEqualTo("tried again every 30 s: status.phase: Unsupported value");
      long writes =
          cluster.server.faults().calls().stream()
              .filter(call -> writesStatus(call, resource))
              .count();
      assertThat(writes).as("writes until it was said").isLessThan(12);
      cluster.server.faults().clear();
      cluster.look(cluster.run().getMetadata().getName());
      cluster.awaitRun(run -> run.getStatus().attempts() != null);
    }
  }

  /** What was stored without a verdict has ended all the same: no judgement, no haste. */
  @Test
  void aRunThatEndedWithoutAVerdictIsLeftAloneUntilItsTimeIsOver() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.keep(
          """
          apiVersion: loadline.dev/v1alpha1
          kind: LoadTestRun
          metadata: {name: over}
          spec:
            ttlAfterFinished: 1h
            test:
              target: {url: "http://127.0.0.1:8001/v1"}
              workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
              load: {stages: [{name: steady, users: 4, duration: 1m}]}
          status: {phase: Completed, completionTime: "%s"}
          """
              .formatted(cluster.clock.instant().toString()));
      cluster.createTest("chat", "");
      cluster.startOperator();
      cluster.awaitRun(run -> run.getStatus().attempts() != null);
      assertThat(cluster.server.faults().calls())
          .filteredOn(call -> call.name().startsWith("over"))
          .isEmpty();
      cluster.clock.advance(java.time.Duration.ofHours(2));
      cluster.look("over");
      await().atMost(LocalCluster.LIMIT).until(() -> cluster.runs().size() == 1);
      assertThat(shown(cluster.run().getStatus().conditions(), RunCondition.Finished))
          .startsWith("Unknown");
    }
  }
}
