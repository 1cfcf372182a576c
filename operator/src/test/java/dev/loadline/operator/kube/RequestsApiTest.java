package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.local.apiserver.Faults.Call;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run costs the API server. */
class RequestsApiTest {

  @Test
  void printsWhatARunCosts() throws Exception {
    try (LocalCluster cluster = LocalCluster.started()) {
      int before = cluster.server.faults().calls().size();
      String run = cluster.startRun("");
      String job = run + "-a1";
      cluster.pod(job);
      cluster.awaitRun(is -> is.getStatus().phase().equals("Starting"));
      cluster.ready(job);
      cluster.awaitRun(is -> is.getStatus().phase().equals("Running"));
      cluster.ended(job, 0, "Completed", Outputs.measured(), true);
      cluster.awaitFinished();
      cluster.awaitTest("chat", is -> is.getStatus().lastRun() != null);
      await()
          .atMost(LocalCluster.LIMIT)
          .untilAsserted(() -> assertThat(cluster.names("batch/v1", "Job")).isEmpty());
      Thread.sleep(1500);
      List<Call> calls = cluster.server.faults().calls();
      calls.subList(before, calls.size()).forEach(call -> System.out.println("CALL " + call));
    }
  }
}
