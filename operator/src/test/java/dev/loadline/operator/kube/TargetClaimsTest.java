package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.run.Admission;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Claims beside caches that are behind, and asked by many threads at once. */
class TargetClaimsTest {
  private static final Instant NOW = Instant.parse("2026-11-24T02:05:00Z");
  private static final int MANY = 1000;

  private final IndexedObjects<LoadTestRun> runs = new IndexedObjects<>();
  private final IndexedObjects<Job> jobs = new IndexedObjects<>();
  private final IndexedObjects<Pod> pods = new IndexedObjects<>();
  private final Queue<String> woken = new ConcurrentLinkedQueue<>();
  private final TargetClaims claims = claims();

  private TargetClaims claims() {
    TargetClaims made = new TargetClaims(InstantSource.fixed(NOW));
    made.through(new TargetCaches(runs, jobs, pods), (ResourceID id) -> woken.add(id.getName()));
    return made;
  }

  @Test
  void oneOfManyThreadsGetsTheTargetAlthoughNoCacheShowsItYet()
      throws InterruptedException, ExecutionException {
    List<LoadTestRun> waiting = waiting(MANY, false);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Admission>> asked =
          waiting.reversed().stream().map(run -> threads.submit(() -> claim(run))).toList();
      int granted = 0;
      for (Future<Admission> answer : asked) {
        granted += answer.get() instanceof Admission.Granted ? 1 : 0;
      }
      assertThat(granted).isEqualTo(1);
      assertThat(claim(waiting.getFirst())).isInstanceOf(Admission.Granted.class);
      assertThat(woken).contains(waiting.getFirst().getMetadata().getName());
    }
  }

  @Test
  void manyThatWaitForOneTargetCostEachOnlyALook() {
    watched(run("holder", 0, false), "startTime: \"2026-11-24T02:00:00Z\"");
    List<LoadTestRun> waiting = waiting(MANY, false);
    long before = runs.reads.get();
    waiting.forEach(run -> assertThat(claim(run)).isInstanceOf(Admission.Busy.class));
    assertThat(runs.reads.get() - before).as("objects read").isLessThan(6L * MANY);
  }

  @Test
  void manyThatShareOneTargetCostEachOnlyALook() {
    List<LoadTestRun> sharing = waiting(MANY, true);
    long before = runs.reads.get();
    sharing.forEach(run -> assertThat(claim(run)).isInstanceOf(Admission.Granted.class));
    assertThat(runs.reads.get() - before).as("objects read").isLessThan(6L * MANY);
  }

  @Test
  void manyThatAskForAFreeTargetAfterARestartCostEachOnlyALook() {
    List<LoadTestRun> waiting = waiting(MANY, false);
    long before = runs.reads.get();
    waiting.reversed().forEach(this::claim);
    assertThat(claim(waiting.getFirst())).isInstanceOf(Admission.Granted.class);
    assertThat(runs.reads.get() - before).as("objects read").isLessThan(12L * MANY);
  }

  @Test
  void claimIsKeptUntilItsRunIsFinishedWhateverTheIndexSays() {
    LoadTestRun first = waiting(2, false).getFirst();
    LoadTestRun second = run("run-0001", 1, false);
    assertThat(claim(first)).isInstanceOf(Admission.Granted.class);
    runs.written(with(first, "startTime: \"2026-11-24T02:05:00Z\""));
    assertThat(claim(second)).isInstanceOf(Admission.Busy.class);
    watched(first, "startTime: \"2026-11-24T02:05:00Z\"");
    assertThat(claim(second)).isInstanceOf(Admission.Busy.class);

    LoadTestRun over =
        with(
            first,
            "{startTime: \"2026-11-24T02:05:00Z\", completionTime: \"2026-11-24T02:06:00Z\"}");
    runs.written(over);
    claims.released(over);

    assertThat(woken).containsExactly("run-0001");
    assertThat(claim(second)).isInstanceOf(Admission.Granted.class);
  }

  @Test
  void claimOfARunThatIsGoneOrMadeAnewHoldsNobodyUp() {
    List<LoadTestRun> waiting = waiting(2, false);
    assertThat(claim(waiting.getFirst())).isInstanceOf(Admission.Granted.class);
    assertThat(claim(waiting.getLast())).isInstanceOf(Admission.Busy.class);
    runs.gone(waiting.getFirst());
    assertThat(claim(waiting.getLast())).isInstanceOf(Admission.Granted.class);
  }

  @Test
  void runThatAskedAndCouldNotRecordItHasItsTargetStill() {
    List<LoadTestRun> waiting = waiting(3, true);
    assertThat(claim(waiting.getLast())).isInstanceOf(Admission.Granted.class);
    watched(run("alone", -1, false), "phase: Waiting");
    assertThat(claim(waiting.getFirst())).isInstanceOf(Admission.Busy.class);
    assertThat(claim(waiting.getLast())).isInstanceOf(Admission.Granted.class);
  }

  @Test
  void jobOfADeletedRunThatMayYetGetAPodKeepsTheTarget() {
    LoadTestRun run = waiting(1, false).getFirst();
    Job job =
        Serialization.unmarshal(
            """
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: deleted-a1
              namespace: perf
              uid: job
              labels: {loadline.dev/run: deleted}
              annotations: {loadline.dev/target: "vllm.models:8000"}
              ownerReferences: [{apiVersion: loadline.dev/v1alpha1, kind: LoadTestRun, name: deleted, uid: gone}]
            """,
            Job.class);
    jobs.watched(job);
    assertThat(claim(run))
        .isInstanceOfSatisfying(
            Admission.Busy.class,
            busy -> assertThat(busy.why()).contains("LoadTestRun perf/deleted, which was deleted"));
    jobs.gone(job);
    claims.freed("vllm.models:8000");
    assertThat(woken).containsExactly("run-0000");
    assertThat(claim(run)).isInstanceOf(Admission.Granted.class);
  }

  private Admission claim(LoadTestRun run) {
    return claims.claim(Contenders.of(run).orElseThrow());
  }

  private List<LoadTestRun> waiting(int count, boolean shares) {
    List<LoadTestRun> waiting = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      LoadTestRun run = run("run-%04d".formatted(i), i / 10, shares);
      runs.watched(run);
      waiting.add(run);
    }
    return waiting;
  }

  private void watched(LoadTestRun run, String status) {
    runs.watched(with(run, status));
  }

  private static LoadTestRun with(LoadTestRun run, String status) {
    String yaml =
        Serialization.asYaml(run) + "\nstatus: " + "{" + status.replaceAll("[{}]", "") + "}\n";
    return Serialization.unmarshal(yaml, LoadTestRun.class);
  }

  private static LoadTestRun run(String name, int second, boolean shares) {
    return Serialization.unmarshal(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTestRun
        metadata: {name: %s, namespace: perf, uid: "uid-%s", creationTimestamp: "%s"}
        spec:
          test:
            target: {service: {name: vllm, namespace: models, port: 8000}}
            load: {shareTarget: %s}
        """
            .formatted(name, name, NOW.minusSeconds(200).plusSeconds(second), shares),
        LoadTestRun.class);
  }
}
