package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.local.apiserver.Faults.Call;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a run costs the API server: a number that thousands of runs multiply. */
class RequestsApiTest {
  /** Taken up, Job made, starting, running (twice if a probe is seen late), result, end. */
  private static final long MOST_STATUSES_OF_A_RUN = 7;

  /** Beside its statuses and the deletion of its Job. */
  private static final Map<String, Long> OF_EVERY_RUN =
      Map.of(
          "create loadtestruns", 1L,
          "create jobs", 1L,
          "create events", 3L,
          "patch loadtests/status", 2L);

  @Test
  void aFinishedRunTakesAKnownNumberOfRequestsAndNoList() {
    try (LocalCluster cluster = LocalCluster.started()) {
      assertThat(requests(cluster, "url: 'http://127.0.0.1:8000/v1'")).isEqualTo(OF_EVERY_RUN);
    }
  }

  @Test
  void aRunAgainstAServiceListsItsEndpointSlicesTwiceAndNothingElse() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.create(
          """
          apiVersion: discovery.k8s.io/v1
          kind: EndpointSlice
          metadata: {name: vllm-abcde, labels: {kubernetes.io/service-name: vllm}}
          addressType: IPv4
          endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]
          """);
      Map<String, Long> counts = requests(cluster, "service: {name: vllm, port: 8000}");
      assertThat(counts.remove("list endpointslices")).isEqualTo(2);
      assertThat(counts).isEqualTo(OF_EVERY_RUN);
    }
  }

  /** What a whole run against this target asks for, but for what chance has a say in. */
  private static Map<String, Long> requests(LocalCluster cluster, String target) {
    int before = cluster.server.faults().calls().size();
    stopTheClockOnceTheJobIsMade(cluster);
    cluster.createTest("chat", target, "");
    finish(cluster, "chat");
    List<Call> calls = cluster.server.faults().calls();
    Map<String, Long> counts =
        calls.subList(before, calls.size()).stream()
            .filter(call -> !call.verb().equals("watch"))
            .collect(Collectors.groupingBy(RequestsApiTest::kind, Collectors.counting()));
    assertThat(counts.remove("patch loadtestruns/status")).isBetween(4L, MOST_STATUSES_OF_A_RUN);
    // Twice where a pod is seen to go before its Job is seen to be deleted.
    assertThat(counts.remove("delete jobs")).isBetween(1L, 2L);
    return counts;
  }

  @Test
  void whatHasEndedIsLeftAloneWhenItIsLookedAtAgain() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = measure(cluster, "chat");
      int before = cluster.server.faults().calls().size();
      cluster.changeRun(
          run,
          object -> {
            object.withObject("/metadata/annotations").put("touched", "yes");
            return object;
          });
      cluster.deleteTest("chat");
      await().atMost(LocalCluster.LIMIT).untilAsserted(() -> assertThat(cluster.runs()).isEmpty());
      measure(cluster, "other");
      List<Call> calls = cluster.server.faults().calls();
      assertThat(calls.subList(before, calls.size()))
          .filteredOn(call -> call.name().equals(run) || call.name().equals("chat"))
          .isEmpty();
    }
  }

  /** Events are listed for a Job that has no pod for seconds: not to be had on a slow machine. */
  private static void stopTheClockOnceTheJobIsMade(LocalCluster cluster) {
    cluster
        .server
        .faults()
        .inject(
            call -> call.resource().equals("loadtestruns") && cluster.jobsMade() == 1,
            1,
            new Fault.Before(() -> cluster.clock.set(Duration.ofHours(-1))));
  }

  /** A whole run of a new test; its name. */
  static String measure(LocalCluster cluster, String test) {
    cluster.createTest(test, "");
    return finish(cluster, test);
  }

  private static String finish(LocalCluster cluster, String test) {
    String run = of(cluster, test, is -> is.getStatus().attempts() != null).getMetadata().getName();
    String job = run + "-a1";
    cluster.pod(job);
    cluster.ready(job);
    of(cluster, test, is -> is.getStatus().phase().equals("Running"));
    cluster.ended(job, 0, "Completed", Outputs.measured(), true);
    of(cluster, test, is -> is.getStatus().completionTime() != null);
    cluster.awaitTest(
        test, is -> is.getStatus().lastRun() != null && is.getStatus().active() == null);
    await()
        .atMost(LocalCluster.LIMIT)
        .untilAsserted(() -> assertThat(cluster.names("batch/v1", "Job")).isEmpty());
    return run;
  }

  private static LoadTestRun of(LocalCluster cluster, String test, Predicate<LoadTestRun> what) {
    return cluster.awaitRun(run -> test.equals(run.getSpec().loadTest()) && what.test(run));
  }

  private static String kind(Call call) {
    String part = call.subresource().isEmpty() ? "" : "/" + call.subresource();
    return call.verb() + " " + call.resource() + part;
  }
}
