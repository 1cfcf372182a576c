package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.local.apiserver.Faults;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An operator that dies, and an API server that fails: one run, one result, no second load. */
class RestartApiTest {
  private static final int MOST_WRITES = 40;

  /**
   * The operator dies right after its n-th write, for each n: the server has done what was asked,
   * the operator never hears of it, and nothing else of it gets through.
   */
  @Test
  void survivesADeathAfterEveryWrite() {
    int deaths = 0;
    for (int n = 1; n <= MOST_WRITES; n++) {
      try (LocalCluster cluster = new LocalCluster();
          JobsMade made = new JobsMade(cluster)) {
        AtomicInteger writes = new AtomicInteger();
        int last = n;
        cluster
            .server
            .faults()
            .inject(
                call -> call.writes() && writes.incrementAndGet() == last,
                1,
                new Fault.AnswerLost(500));
        cluster.server.faults().answer(call -> call.writes() && writes.get() > last, 9999, 500);
        cluster.createTest("chat", "runNow: {token: first}");
        cluster.startOperator();
        Life life = new Life(cluster, "chat-a7937b64");
        await()
            .atMost(LocalCluster.LIMIT)
            .until(() -> {
              life.goOn();
              return writes.get() >= last || life.over();
            });
        boolean died = writes.get() >= last;
        if (died) {
          deaths++;
          cluster.stopOperator();
          cluster.server.faults().clear();
          cluster.startOperator();
        }
        await()
            .atMost(LocalCluster.LIMIT)
            .until(() -> {
              life.goOn();
              return life.over();
            });
        LoadTestRun run = cluster.run();
        assertThat(run.getStatus().verdict()).as("after write %d", n).isEqualTo("Pass");
        assertThat(run.getStatus().attempts()).as("after write %d", n).hasSize(1);
        LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().lastRun() != null);
        assertThat(made.uids()).as("Jobs ever made, with write %d lost", n).hasSize(1);
        assertThat(test.getStatus().lastHandledRunToken()).isEqualTo("first");
        if (!died) {
          assertThat(deaths).as("writes in the life of a run").isGreaterThan(8);
          return;
        }
      }
    }
    assertThat(deaths).as("a run ends within so many writes").isLessThan(MOST_WRITES);
  }

  /** All Jobs that were ever made, also those of the same name. */
  private static final class JobsMade implements Watcher<Job>, AutoCloseable {
    private static final String LAST = "last";
    private final LocalCluster cluster;
    private final Map<String, String> names = new ConcurrentHashMap<>();
    private final KubernetesClient client;
    private final Watch watch;

    JobsMade(LocalCluster cluster) {
      this.cluster = cluster;
      this.client = cluster.server.client();
      this.watch = client.batch().v1().jobs().inNamespace("default").watch(this);
    }

    @Override
    public void eventReceived(Action action, Job job) {
      names.put(job.getMetadata().getUid(), job.getMetadata().getName());
    }

    @Override
    public void onClose(WatcherException cause) {
      names.put("watch ended", String.valueOf(cause));
    }

    /** Changes come in order: after the last one nothing is missing. */
    Set<String> uids() {
      cluster.create(
          """
          apiVersion: batch/v1
          kind: Job
          metadata: {name: last}
          spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}
          """);
      await().atMost(LocalCluster.LIMIT).until(() -> names.containsValue(LAST));
      names.values().remove(LAST);
      return names.keySet();
    }

    @Override
    public void close() {
      watch.close();
      client.close();
    }
  }

  /** Plays Job controller and kubelet: a pod for each Job that is there, and it measures. */
  private static final class Life {
    private final LocalCluster cluster;
    private final String job;
    private int step;

    Life(LocalCluster cluster, String run) {
      this.cluster = cluster;
      this.job = run + "-a1";
    }

    void goOn() {
      switch (step) {
        case 0 -> {
          if (cluster.names("batch/v1", "Job").contains(job)) {
            cluster.pod(job);
            step++;
          }
        }
        case 1 -> {
          cluster.ready(job);
          step++;
        }
        case 2 -> {
          cluster.ended(job, 0, "Completed", Outputs.measured(), true);
          step++;
        }
        default ->
            assertThat(cluster.names("batch/v1", "Job")).doesNotContain(job.replace("-a1", "-a2"));
      }
    }

    boolean over() {
      return cluster.runs().stream()
          .anyMatch(run -> run.getStatus() != null && run.getStatus().completionTime() != null);
    }
  }

  @Test
  void goesOnThroughConflictsErrorsAndCutWatches() {
    try (LocalCluster cluster = new LocalCluster()) {
      Faults faults = cluster.server.faults();
      faults.answer(call -> call.verb().equals("create") && call.resource().equals("jobs"), 2, 503);
      faults.answer(call -> call.subresource().equals("status"), 2, 409);
      faults.answer(call -> call.resource().equals("events"), 99, 403);
      cluster.createTest("chat", "runNow: {token: first}");
      cluster.startOperator();
      Life life = new Life(cluster, "chat-a7937b64");
      AtomicInteger looks = new AtomicInteger();
      await()
          .atMost(LocalCluster.LIMIT)
          .until(() -> {
            if (looks.incrementAndGet() % 5 == 0) {
              faults.cutWatches();
            }
            life.goOn();
            return life.over();
          });
      assertThat(cluster.run().getStatus().verdict()).isEqualTo("Pass");
      assertThat(cluster.run().getStatus().attempts()).hasSize(1);
    }
  }

  @Test
  void saysSoWhenTheApiServerKeepsRefusingAndTakesItBack() {
    try (LocalCluster cluster = new LocalCluster()) {
      Faults faults = cluster.server.faults();
      faults.answer(
          call -> call.verb().equals("create") && call.resource().equals("loadtestruns"), 5, 500);
      cluster.createTest("chat", "");
      cluster.startOperator();
      cluster.awaitTest(
          "chat",
          test ->
              LocalCluster.shown(test.getStatus().conditions(), TestCondition.Ready)
                  .equals("False/ReconcileError"));
      cluster.awaitTest(
          "chat",
          test ->
              LocalCluster.shown(test.getStatus().conditions(), TestCondition.Ready)
                  .equals("True/Manual"));
      assertThat(cluster.runs()).hasSize(1);
    }
  }

  @Test
  void seesAnEditThatCameWhileTheStatusWasBeingWritten() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.createTest("chat", "schedule: \"0 2 1 1 *\"");
      cluster
          .server
          .faults()
          .inject(
              call -> call.resource().equals("loadtests") && call.subresource().equals("status"),
              1,
              new Fault.Before(() ->
                  cluster.changeTest(
                      "chat",
                      test -> {
                        test.withObject("/spec").put("suspend", true);
                        return test;
                      })));
      cluster.startOperator();
      LoadTest test =
          cluster.awaitTest(
              "chat",
              is ->
                  LocalCluster.shown(is.getStatus().conditions(), TestCondition.Ready)
                      .equals("True/Suspended"));
      assertThat(test.getStatus().observedGeneration()).isEqualTo(2);
      assertThat(test.getStatus().nextScheduleTime()).isNull();
    }
  }
}
