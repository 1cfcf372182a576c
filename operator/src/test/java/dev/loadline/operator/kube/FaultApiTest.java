package dev.loadline.operator.kube;

import static dev.loadline.operator.kube.LocalCluster.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRunStatus;
import dev.loadline.operator.kube.FleetLedger.Presence;
import dev.loadline.operator.local.apiserver.Faults;
import dev.loadline.operator.local.apiserver.Faults.Call;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An API server that fails, answers late or is away: no run lost, none double, every status true.
 * The long form is {@link FaultMatrix}; operators that die are in {@link CrashApiTest}.
 */
class FaultApiTest {
  private static final EnumSet<FleetStory> SOME =
      EnumSet.of(
          FleetStory.PLAIN,
          FleetStory.RETRIED,
          FleetStory.REPLACED,
          FleetStory.WAITING,
          FleetStory.STOPPED);

  private static void assertSound(Fleet.Outcome outcome) {
    assertThat(outcome.lost()).as("lost").isEmpty();
    assertThat(outcome.twice()).as("double").isEmpty();
    assertThat(outcome.wrong()).as("wrong in the statuses").isEmpty();
  }

  /** Each third request of any kind goes wrong for two seconds, each time in another way. */
  @Test
  void goesOnThroughFaultsOfAllKinds() {
    List<Fault> faults =
        FleetFault.faults().entrySet().stream()
            .filter(fault -> !fault.getKey().equals("410"))
            .sorted(Map.Entry.comparingByKey())
            .map(Map.Entry::getValue)
            .toList();
    try (Fleet fleet = new Fleet(SOME)) {
      Random random = new Random(6);
      AtomicInteger hits = new AtomicInteger();
      Fleet.Disturbance all =
          new Fleet.Disturbance() {
            private long end;

            @Override
            public void begins() {
              end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
              for (Fault fault : faults) {
                fleet
                    .cluster
                    .server
                    .faults()
                    .inject(
                        call ->
                            System.nanoTime() < end
                                && random.nextInt(3 * faults.size()) == 0
                                && hits.incrementAndGet() > 0,
                        Integer.MAX_VALUE,
                        fault);
              }
            }

            @Override
            public void goOn() {
              if (System.nanoTime() < end) {
                fleet.cluster.server.faults().cutWatches();
              }
            }
          };
      assertSound(fleet.hour(Presence.BEFORE, all));
      assertThat(hits).hasValueGreaterThan(5);
    }
  }

  @ParameterizedTest
  @EnumSource(FleetOutage.Way.class)
  void catchesUpOnceAfterTwoMinutesWithoutTheApiServer(FleetOutage.Way way) {
    try (Fleet fleet = new Fleet(SOME)) {
      FleetOutage outage =
          new FleetOutage(fleet.cluster, way, Duration.ofMinutes(2), Duration.ofSeconds(2));
      assertSound(fleet.hour(Presence.BEFORE, outage));
      assertThat(outage.trouble()).as("/livez meanwhile").isEmpty();
      assertThat(fleet.cluster.watchesLost).as("watches lost for good").hasValue(0);
    }
  }

  @Test
  void missesWhatItCouldNotStartInTimeBecauseTheApiServerWasAway() {
    try (Fleet fleet = new Fleet(SOME)) {
      FleetOutage outage =
          new FleetOutage(
              fleet.cluster,
              FleetOutage.Way.REFUSED,
              Duration.ofMinutes(12),
              Duration.ofSeconds(2));
      assertSound(fleet.hour(Presence.CUT_OFF, outage));
      assertThat(fleet.cluster.test("plain").getStatus().lastMissedReason())
          .isEqualTo("DeadlineExceeded");
      assertThat(fleet.cluster.watchesLost).hasValue(0);
    }
  }

  @Test
  void saysSoWhenTheApiServerKeepsRefusingAndTakesItBack() {
    try (LocalCluster cluster = new LocalCluster()) {
      Faults faults = cluster.server.faults();
      faults.answer(creation("loadtestruns"), 5, 500);
      cluster.createTest("chat", "");
      cluster.startOperator();
      awaitReady(cluster, "False/ReconcileError");
      awaitReady(cluster, "True/Manual");
      assertThat(cluster.runs()).hasSize(1);
    }
  }

  /** What an operator saw for the first time while the API server failed stays due. */
  @Test
  void forgetsNoDueTimeOverAFailure() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.createTest("chat", "schedule: \"0 * * * *\"\nstartingDeadline: 1h");
      cluster.clock.advance(Duration.ofMinutes(61));
      cluster.server.faults().answer(creation("loadtestruns"), 4, 500);
      cluster.startOperator();
      LoadTest failing = awaitReady(cluster, "False/ReconcileError");
      assertThat(failing.getStatus().observedGeneration()).isNull();
      awaitReady(cluster, "True/Scheduled");
      assertThat(cluster.runs()).hasSize(1);
    }
  }

  /** The test's status cannot be written for a time: a run that it does not know of stays. */
  @Test
  void keepsAFinishedRunUntilItsTestKnowsOfIt() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.createTest("chat", "runNow: {token: first}\nlifecycle: {ttlAfterFinished: 1m}");
      Predicate<Call> status =
          call -> call.resource().equals("loadtests") && call.subresource().equals("status");
      cluster.server.faults().answer(status, Integer.MAX_VALUE, 500);
      String job = "chat-a7937b64-a1";
      cluster.pod(job);
      cluster.ready(job);
      cluster.ended(job, 0, "Completed", Outputs.measured(), true);
      cluster.awaitFinished();
      cluster.clock.advance(Duration.ofMinutes(2));
      AtomicInteger looks = new AtomicInteger();
      await()
          .atMost(LocalCluster.LIMIT)
          .until(() -> {
            cluster.look("chat-a7937b64");
            return looks.incrementAndGet() > 20 || cluster.jobsMade() > 1;
          });
      assertThat(cluster.jobsMade()).as("Jobs ever made").isEqualTo(1);
      cluster.server.faults().clear();
      await()
          .atMost(LocalCluster.LIMIT)
          .until(() -> {
            cluster.runs().forEach(run -> cluster.look(run.getMetadata().getName()));
            return cluster.runs().isEmpty();
          });
      assertThat(cluster.test("chat").getStatus().lastRun().verdict()).isEqualTo("Pass");
      assertThat(cluster.jobsMade()).as("Jobs ever made").isEqualTo(1);
    }
  }

  /** The watch of pods is far behind that of Jobs. */
  @Test
  void asksForPodsThatItDoesNotSeeBeforeItTakesThemForGone() {
    try (LocalCluster cluster = new LocalCluster()) {
      podsLate(cluster);
      cluster.startOperator();
      String run = cluster.startRun("");
      cluster.pod(run + "-a1");
      cluster.ended(run + "-a1", 75, "Error", "no route yet", false);
      cluster.jobFailed(run + "-a1");
      LoadTestRunStatus status =
          cluster
              .awaitRun(is -> is.getStatus().attempts().getFirst().outcome() != null)
              .getStatus();
      assertThat(status.attempts().getFirst().outcome()).isEqualTo("RunnerDisrupted");
      assertThat(status.verdict()).isNull();
    }
  }

  @Test
  void doesNotFinishBeforeAPodIsGoneThatItHasNotSeen() {
    try (LocalCluster cluster = new LocalCluster()) {
      podsLate(cluster);
      cluster.startOperator();
      String run = cluster.startRun("");
      cluster.pod(run + "-a1");
      cluster.ready(run + "-a1");
      cluster.deleteJob(run + "-a1");
      LoadTestRunStatus status =
          cluster.awaitRun(is -> is.getStatus().verdict() != null).getStatus();
      assertThat(status.failure().reason()).isEqualTo("RunnerJobDeleted");
      cluster.awaitStatus("for the runner's pods to go");
      assertThat(cluster.run().getStatus().completionTime()).isNull();
      cluster.removePod(run + "-a1");
      keepFor(cluster, run, "2h");
      cluster.awaitFinished();
    }
  }

  private static void podsLate(LocalCluster cluster) {
    cluster
        .server
        .faults()
        .inject(
            call -> call.verb().equals("watch") && call.resource().equals("pods"),
            Integer.MAX_VALUE,
            new Fault.Late(Duration.ofMinutes(1)));
  }

  private static void keepFor(LocalCluster cluster, String run, String timeToLive) {
    cluster.changeRun(
        run,
        object -> {
          object.withObject("/spec").put("ttlAfterFinished", timeToLive);
          return object;
        });
  }

  /** A quota's conflict is no name that is taken. */
  @Test
  void triesAgainWhenACreationConflictsWithSomethingElseThanItsName() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.server.faults().answer(creation("loadtestruns"), 1, 409);
      cluster.server.faults().answer(creation("jobs"), 1, 409);
      cluster.createTest("chat", "runNow: {token: first}");
      cluster.startOperator();
      cluster.awaitRun(run -> run.getStatus().attempts() != null);
      assertThat(cluster.events("LoadTest")).containsExactly("RunCreated");
      assertThat(cluster.run().getStatus().conditions().toString()).doesNotContain("exists");
    }
  }

  /** What the server asks for is kept by the client's own repetitions, and by what follows them. */
  @Test
  void waitsAsLongAsATooBusyServerAsks() {
    try (LocalCluster cluster = new LocalCluster().withOwnRetries()) {
      List<Instant> requests = new CopyOnWriteArrayList<>();
      cluster
          .server
          .faults()
          .inject(
              call -> creation("loadtestruns").test(call) && requests.add(Instant.now()),
              4,
              new Fault.Answer(429, "too many requests", Optional.of(Duration.ofSeconds(1))));
      cluster.createTest("chat", "runNow: {token: first}");
      cluster.startOperator();
      cluster.awaitRun(run -> true);
      assertThat(requests).hasSize(5);
      for (int i = 1; i < requests.size(); i++) {
        assertThat(Duration.between(requests.get(i - 1), requests.get(i)))
            .as("wait before request %d", i + 1)
            .isGreaterThan(Duration.ofMillis(950));
      }
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
              new Fault.Before(() -> cluster.changeTest("chat", FaultApiTest::suspended)));
      cluster.startOperator();
      LoadTest test = awaitReady(cluster, "True/Suspended");
      assertThat(test.getStatus().observedGeneration()).isEqualTo(2);
      assertThat(test.getStatus().nextScheduleTime()).isNull();
    }
  }

  private static ObjectNode suspended(ObjectNode test) {
    test.withObject("/spec").put("suspend", true);
    return test;
  }

  private static Predicate<Call> creation(String resource) {
    return call -> call.verb().equals("create") && call.resource().equals(resource);
  }

  private static LoadTest awaitReady(LocalCluster cluster, String ready) {
    return cluster.awaitTest(
        "chat", test -> shown(test.getStatus().conditions(), TestCondition.Ready).equals(ready));
  }
}
