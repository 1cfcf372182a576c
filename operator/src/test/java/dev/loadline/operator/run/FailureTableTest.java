package dev.loadline.operator.run;

import static dev.loadline.operator.run.Seen.DELETING;
import static dev.loadline.operator.run.Seen.JOB;
import static dev.loadline.operator.run.Seen.START;
import static dev.loadline.operator.run.Seen.attempt;
import static dev.loadline.operator.run.Seen.early;
import static dev.loadline.operator.run.Seen.late;
import static dev.loadline.operator.run.Seen.sending;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.run.RunFacts.JobFact;
import dev.loadline.runner.contract.RunResult.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The failure table of the API, row by row: what is seen, and what follows from it. */
class FailureTableTest {
  private static final String QUOTA = "pods \"x\" is forbidden: exceeded quota: cpu";
  private static final String RESTRICTED =
      "pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot != true";

  /**
   * A row.
   *
   * @param second seconds after the run's start
   * @param decision as {@link #words} writes it
   * @param message part of the message
   */
  record Row(
      String what,
      RunProgress progress,
      RunFacts facts,
      long second,
      String decision,
      String message) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
            podsNotCreated(),
            waiting(),
            exits(),
            outOfMemory(),
            losses(),
            deletions(),
            deadlines(),
            results(),
            hindsight(),
            stops())
        .flatMap(rows -> rows);
  }

  private static Stream<Row> podsNotCreated() {
    return Stream.of(
        row("no pod yet", attempt(1), Seen.of(JOB), 2, "Await Waiting Starting until 4", "pod"),
        row(
            "no pod, and no event",
            attempt(1),
            Seen.of(JOB),
            4,
            "Await Waiting Starting until 31",
            "pod"),
        row(
            "no pod for 30 s",
            attempt(1),
            Seen.of(JOB),
            31,
            "Await Waiting PodsNotCreated until 61",
            "no event says why; deadline 2026-11-24T02:15:00Z"),
        row(
            "a quota refuses the pod",
            attempt(1),
            Seen.warned(QUOTA),
            5,
            "Await Waiting PodsNotCreated until 35",
            QUOTA),
        row(
            "a quota refuses the pod until the startup deadline",
            attempt(1),
            Seen.warned(QUOTA),
            900,
            "Conclude Failed PodsNotCreated",
            "startup deadline of 15m: the runner's pod is not created: " + QUOTA),
        row(
            "a quota refuses the pod shortly before the startup deadline",
            attempt(1),
            Seen.warned(QUOTA),
            890,
            "Await Waiting PodsNotCreated until 900",
            QUOTA),
        row(
            "Pod Security refuses the pod",
            attempt(1),
            Seen.warned(RESTRICTED),
            5,
            "Conclude Failed PodsNotCreated",
            RESTRICTED),
        row(
            "a LimitRange refuses the pod",
            attempt(1),
            Seen.warned(
                "pods \"x\" is forbidden: maximum cpu usage per Container is 500m, but limit is 1"),
            5,
            "Conclude Failed PodsNotCreated",
            "maximum cpu usage"),
        row(
            "a LimitRange refuses the pod for two reasons",
            attempt(1),
            Seen.warned(
                "pods \"x\" is forbidden: [minimum cpu usage per Pod is 2, but request is 1,"
                    + " minimum memory usage per Pod is 2Gi, but request is 1Gi]"),
            5,
            "Conclude Failed PodsNotCreated",
            "minimum cpu usage"),
        row(
            "a LimitRange refuses the pod for its ratio",
            attempt(1),
            Seen.warned(
                "pods \"x\" is forbidden: cpu max limit to request ratio per Container is 1, but"
                    + " provided ratio is 2.000000"),
            5,
            "Conclude Failed PodsNotCreated",
            "ratio"));
  }

  private static Stream<Row> waiting() {
    PodHealth unschedulable = new PodHealth.Unschedulable("0/3 nodes are available");
    PodHealth image = new PodHealth.ImageTrouble("ErrImagePull: no such image", false, at(10));
    PodHealth name = new PodHealth.ImageTrouble("InvalidImageName: A:b:c", true, at(10));
    PodHealth config = new PodHealth.ConfigTrouble("secret \"key\" not found", at(10));
    return Stream.of(
        firstAttempt(
            "unschedulable",
            unschedulable,
            60,
            "Await Starting Unschedulable until 90",
            "0/3 nodes are available; deadline 2026-11-24T02:15:00Z"),
        firstAttempt(
            "unschedulable until the startup deadline",
            unschedulable,
            900,
            "Conclude Failed Unschedulable",
            "0/3 nodes are available"),
        row(
            "the image cannot be pulled, for 119 s",
            Seen.troubled(Reason.ImagePullFailed, at(10)),
            Seen.of(JOB, image),
            129,
            "Await Starting ImagePullFailed until 130",
            "no such image; given up at 2026-11-24T02:02:10Z"),
        row(
            "the image cannot be pulled, for 120 s",
            Seen.troubled(Reason.ImagePullFailed, at(10)),
            Seen.of(JOB, image),
            130,
            "Conclude Failed ImagePullFailed pod-1",
            "no such image"),
        firstAttempt(
            "the image cannot be pulled, seen for the first time long after scheduling",
            image,
            400,
            "Await Starting ImagePullFailed until 520",
            "given up at 2026-11-24T02:08:40Z"),
        row(
            "the image cannot be pulled, after another trouble",
            Seen.troubled(Reason.Unschedulable, at(10)),
            Seen.of(JOB, image),
            400,
            "Await Starting ImagePullFailed until 520",
            "given up at 2026-11-24T02:08:40Z"),
        row(
            "the image cannot be pulled, remembered from before its pod was scheduled",
            Seen.troubled(Reason.ImagePullFailed, at(2)),
            Seen.of(JOB, image),
            129,
            "Await Starting ImagePullFailed until 130",
            "given up at 2026-11-24T02:02:10Z"),
        row(
            "the image cannot be pulled, with more patience than the startup deadline leaves",
            Seen.troubled(Reason.ImagePullFailed, at(800)),
            Seen.of(JOB, image),
            899,
            "Await Starting ImagePullFailed until 900",
            "no such image; deadline 2026-11-24T02:15:00Z"),
        row(
            "the image cannot be pulled, at the startup deadline",
            Seen.troubled(Reason.ImagePullFailed, at(800)),
            Seen.of(JOB, image),
            900,
            "Conclude Failed ImagePullFailed",
            "no such image"),
        firstAttempt(
            "the image's name is none",
            name,
            11,
            "Conclude Failed ImagePullFailed pod-1",
            "InvalidImageName"),
        row(
            "a Secret is missing, for 59 s",
            Seen.troubled(Reason.ConfigError, at(10)),
            Seen.of(JOB, config),
            69,
            "Await Starting ConfigError until 70",
            "secret \"key\" not found; given up at 2026-11-24T02:01:10Z"),
        row(
            "a Secret is missing, for 60 s",
            Seen.troubled(Reason.ConfigError, at(10)),
            Seen.of(JOB, config),
            70,
            "Conclude Failed ConfigError pod-1",
            "secret \"key\" not found"),
        firstAttempt(
            "a Secret is missing, seen for the first time after a long image pull",
            config,
            400,
            "Await Starting ConfigError until 460",
            "given up at 2026-11-24T02:07:40Z"),
        firstAttempt(
            "starting",
            new PodHealth.Starting(),
            20,
            "Await Starting Starting until 50",
            "waits for the target; deadline 2026-11-24T02:15:00Z"),
        firstAttempt(
            "starting until the startup deadline",
            new PodHealth.Starting(),
            900,
            "Conclude Failed StartupDeadlineExceeded",
            "no load was seen within the startup deadline of 15m: the runner starts, warms its"
                + " client up or waits for the target"),
        row(
            "starting until the startup deadline, after an attempt with a known end",
            Seen.afterRefusals(2),
            Seen.of(JOB, new PodHealth.Starting()),
            900,
            "Conclude Failed TargetUnreachable",
            "127.0.0.1 port 1 refused the connection (the startup deadline of 15m exceeded after 2"
                + " attempts)"),
        row(
            "unschedulable until the startup deadline, after an attempt with a known end",
            Seen.afterRefusals(2),
            Seen.of(JOB, unschedulable),
            900,
            "Conclude Failed Unschedulable",
            "0/3 nodes are available"),
        sendingLoad(
            "a runner that sends load misses a readiness probe",
            new PodHealth.Starting(),
            1000,
            "Await Running Running until 1800",
            "deadline 2026-11-24T02:30:00Z"));
  }

  private static Stream<Row> exits() {
    String refused = Seen.output(Outcome.UNAUTHORIZED, false, "the target refused the key (401)");
    String silent = Seen.output(Outcome.TARGET_UNREACHABLE, false, "connection refused.");
    return Stream.of(
        firstAttempt(
            "exit 64",
            early(64, "plan version 9 is unknown"),
            5,
            "Conclude Failed InvalidSpec pod-1 exit 64",
            "refused its plan: plan version 9 is unknown"),
        firstAttempt(
            "exit 77",
            early(77, refused),
            5,
            "Conclude Failed Unauthorized pod-1 exit 77 with result",
            "the target refused the key (401)"),
        firstAttempt(
            "exit 69", early(69, silent), 5, "EndAttempt TargetUnreachable", "connection refused"),
        row(
            "exit 69 of the last attempt",
            attempt(3),
            Seen.of(JOB, early(69, silent)),
            5,
            "Conclude Failed TargetUnreachable pod-1 exit 69",
            "connection refused (attempt 3 of 3)"),
        firstAttempt(
            "exit 69 after the startup deadline",
            early(69, silent),
            900,
            "Conclude Failed TargetUnreachable pod-1 exit 69",
            "connection refused (attempt 1 of 3; the startup deadline of 15m leaves no time for"
                + " another)"),
        firstAttempt(
            "exit 69, the model is not served",
            early(69, Seen.unusable("ModelNotServed", "it serves other")),
            5,
            "Conclude Failed ModelNotServed pod-1 exit 69 with result",
            "it serves other"),
        firstAttempt(
            "exit 69, the API is not there",
            early(69, Seen.unusable("TargetNotFound", "HTTP 404")),
            5,
            "EndAttempt TargetNotFound",
            "HTTP 404"),
        row(
            "exit 69, the target is not ready",
            attempt(3),
            Seen.of(JOB, early(69, Seen.unusable("Timeout", "HTTP 503"))),
            5,
            "Conclude Failed Timeout pod-1 exit 69",
            "HTTP 503"),
        firstAttempt(
            "exit 69 with a reason that says nothing of the target",
            early(69, Seen.unusable("Measured", "odd")),
            5,
            "EndAttempt TargetUnreachable",
            "odd"),
        firstAttempt("exit 75", early(75, ""), 5, "EndAttempt RunnerDisrupted", "75"),
        firstAttempt(
            "exit 75 of a runner that said why",
            early(75, Seen.output(Outcome.TEMPORARY, false, "no route yet.")),
            5,
            "EndAttempt RunnerDisrupted",
            "no route yet (exit code 75)"),
        firstAttempt("exit 76", early(76, ""), 5, "EndAttempt RunnerDisrupted", "76"),
        firstAttempt(
            "exit 70 before load",
            early(70, ""),
            5,
            "EndAttempt CrashedBeforeLoad",
            "exit code 70"),
        firstAttempt(
            "exit 70 before load, with a word on why",
            early(70, Seen.output(Outcome.INTERNAL_ERROR, false, "Internal error (Odd).")),
            5,
            "EndAttempt CrashedBeforeLoad",
            "exit code 70: Internal error (Odd)"),
        firstAttempt(
            "a crash before load, with the log's end in place of a result",
            early(1, "Unrecognized VM option 'Odd'\nError: Could not create the JVM.\n"),
            5,
            "EndAttempt CrashedBeforeLoad",
            "exit code 1: Unrecognized VM option […] / Error: Could not create the JVM."),
        sendingLoad(
            "a crash under load, with the log's end in place of a result",
            late(3, "Terminating due to java.lang.OutOfMemoryError: Java heap space"),
            90,
            "Conclude Damaged RunnerLost pod-1 exit 3",
            "exit code 3: Terminating due to java.lang.OutOfMemoryError: Java heap space; it had"
                + " sent load"),
        firstAttempt(
            "exit 69 of a runner that had sent load",
            late(69, Seen.output(Outcome.TARGET_UNREACHABLE, true, "gone")),
            90,
            "Conclude Damaged RunnerLost pod-1 exit 69 with result",
            "it had sent load"),
        sendingLoad(
            "exit 75 of a runner that was ready and left no result",
            late(75, ""),
            90,
            "Conclude Damaged RunnerLost pod-1 exit 75",
            "it had sent load"),
        sendingLoad(
            "exit 69 of a runner that was ready just before its first request",
            late(69, silent),
            90,
            "EndAttempt TargetUnreachable",
            "connection refused"),
        firstAttempt(
            "disruption before load",
            Seen.disrupted(Optional.of(143), false),
            5,
            "EndAttempt RunnerDisrupted",
            "node drain"),
        row(
            "eviction before the container ran",
            attempt(2),
            Seen.of(JOB, Seen.disrupted(Optional.empty(), false)),
            5,
            "EndAttempt RunnerDisrupted",
            "node drain"),
        firstAttempt(
            "killed before load",
            early(137, ""),
            5,
            "EndAttempt CrashedBeforeLoad",
            "exit code 137"),
        firstAttempt(
            "SIGTERM before load",
            early(143, Seen.output(Outcome.STOPPED, false, "")),
            5,
            "EndAttempt RunnerDisrupted",
            "told to stop"));
  }

  private static Stream<Row> outOfMemory() {
    return Stream.of(
        firstAttempt(
            "out of memory before load",
            Seen.outOfMemory(false),
            5,
            "Conclude Failed RunnerOutOfMemory pod-1 exit 137",
            "raise spec.runner.resources.limits.memory"),
        firstAttempt(
            "out of memory after load",
            Seen.outOfMemory(true),
            90,
            "Conclude Damaged RunnerLost pod-1 exit 137",
            "raise spec.runner.resources.limits.memory; it had sent load"));
  }

  private static Stream<Row> losses() {
    PodHealth lost = new PodHealth.NodeLost(at(100), true);
    PodHealth lostEarly = new PodHealth.NodeLost(at(100), false);
    return Stream.of(
        sendingLoad(
            "evicted after load began",
            Seen.disrupted(Optional.of(143), true),
            90,
            "Conclude Damaged RunnerLost pod-1 exit 143",
            "node drain; it had sent load"),
        sendingLoad(
            "SIGTERM after load began leaves a partial result",
            late(143, Seen.output(Outcome.STOPPED, true, "")),
            90,
            "Conclude Damaged RunnerLost pod-1 exit 143 with result",
            "told to stop; it had sent load"),
        sendingLoad(
            "its node has not answered for long, which is seen only now",
            lost,
            500,
            "Await Running RunnerLost until 590",
            "given up at 2026-11-24T02:09:50Z"),
        row(
            "its node does not answer for 89 s",
            Seen.troubled(Reason.RunnerLost, at(100)),
            Seen.of(JOB, lost),
            189,
            "Await Running RunnerLost until 190",
            "given up at 2026-11-24T02:03:10Z"),
        row(
            "its node does not answer for 90 s",
            Seen.troubled(Reason.RunnerLost, at(100)),
            Seen.of(JOB, lost),
            190,
            "Conclude Damaged RunnerLost pod-1",
            "node was lost"),
        row(
            "its node does not answer for 90 s, from later on by a clock that is ahead",
            Seen.troubled(Reason.RunnerLost, at(100)),
            Seen.of(JOB, new PodHealth.NodeLost(at(3700), true)),
            190,
            "Conclude Damaged RunnerLost pod-1",
            "node was lost"),
        row(
            "a node that is lost before load may still send it",
            Seen.troubled(Reason.RunnerLost, at(100)),
            Seen.of(JOB, lostEarly),
            190,
            "Conclude Damaged RunnerLost pod-1",
            "node was lost"),
        row(
            "its pod is gone while it sent load",
            sending(),
            Seen.of(Seen.failedJob("pod failed")),
            90,
            "Conclude Damaged RunnerLost",
            "although it was sending load"),
        row(
            "its pod came and went unseen",
            attempt(1),
            Seen.of(Seen.failedJob("Pods deleted")),
            90,
            "Conclude Damaged RunnerLost",
            "whether it had sent load is not known, so it is not repeated: Pods deleted"));
  }

  private static Stream<Row> deletions() {
    String partial = Seen.output(Outcome.STOPPED, true, "");
    return Stream.of(
        row(
            "somebody deleted the Job",
            attempt(1),
            Seen.nothing(),
            20,
            "Conclude Damaged RunnerJobDeleted",
            "not known"),
        row(
            "somebody deleted the Job while it sent load",
            sending(),
            Seen.nothing(),
            90,
            "Conclude Damaged RunnerJobDeleted",
            "a test that has sent load is never repeated"),
        row(
            "somebody deletes the Job, its pod goes on",
            sending(),
            Seen.of(DELETING, new PodHealth.Ready(Seen.LOAD)),
            90,
            "Conclude Damaged RunnerJobDeleted",
            "deleted"),
        row(
            "somebody deletes the Job before it has a pod",
            attempt(1),
            Seen.of(DELETING),
            3,
            "Conclude Damaged RunnerJobDeleted",
            "deleted"),
        row(
            "somebody deletes the Job while its pod waits for a node",
            attempt(1),
            Seen.of(DELETING, new PodHealth.Unschedulable("none")),
            3,
            "Conclude Damaged RunnerJobDeleted",
            "deleted"),
        row(
            "somebody deleted the Job, its pod has stopped with a partial result",
            sending(),
            Seen.of(DELETING, late(143, partial)),
            95,
            "Conclude Damaged RunnerJobDeleted pod-1 exit 143 with result",
            "deleted"),
        row(
            "somebody deleted the Job before load, its pod has stopped",
            attempt(1),
            Seen.of(DELETING, early(143, "")),
            95,
            "Conclude Damaged RunnerJobDeleted pod-1 exit 143",
            "deleted"),
        sendingLoad(
            "the runner has something to say of what it measured",
            late(0, Seen.output(Outcome.MEASURED, true, "prompts were longer.")),
            500,
            "Conclude Completed Measured pod-1 exit 0 with result",
            "all stages ran; prompts were longer."),
        row(
            "somebody deleted the Job of a pod that had measured all",
            sending(),
            Seen.of(DELETING, late(0, Seen.output(Outcome.MEASURED, true, ""))),
            500,
            "Conclude Completed Measured pod-1 exit 0 with result",
            "all stages ran"),
        row(
            "another Job has taken the name",
            sending(),
            Seen.of(new JobFact.Foreign("nightly-a1")),
            90,
            "Conclude Damaged JobNameTaken",
            "nightly-a1"));
  }

  private static Stream<Row> deadlines() {
    return Stream.of(
        sendingLoad(
            "the deadline comes while load is sent",
            new PodHealth.Ready(Seen.LOAD),
            1800,
            "Conclude Damaged ActiveDeadlineExceeded",
            "active deadline of 30m: set lifecycle.activeDeadline if it needs more"),
        sendingLoad(
            "a second before the deadline",
            new PodHealth.Ready(Seen.LOAD),
            1799,
            "Await Running Running until 1800",
            "deadline 2026-11-24T02:30:00Z"),
        row(
            "Kubernetes' own deadline stopped the runner first",
            sending(),
            Seen.of(Seen.failedJob("deadline"), late(143, Seen.output(Outcome.STOPPED, true, ""))),
            1801,
            "Conclude Damaged ActiveDeadlineExceeded",
            "active deadline of 30m"),
        row(
            "the deadline passed unseen, and the pod with it",
            attempt(1),
            Seen.of(Seen.failedJob("Job was active longer than specified deadline")),
            5000,
            "Conclude Damaged ActiveDeadlineExceeded",
            "active deadline of 30m"),
        firstAttempt(
            "the deadline comes before any load",
            new PodHealth.Starting(),
            1800,
            "Conclude Failed ActiveDeadlineExceeded",
            "active deadline of 30m"),
        row(
            "the deadline comes between two attempts",
            Seen.givenUp(1),
            Seen.nothing(),
            1800,
            "Conclude Failed ActiveDeadlineExceeded",
            "active deadline of 30m"),
        sendingLoad(
            "a measured end is seen after the deadline",
            late(0, Seen.output(Outcome.MEASURED, true, "")),
            5000,
            "Conclude Completed Measured pod-1 exit 0 with result",
            "all stages ran"),
        firstAttempt(
            "a refused key is seen after the deadline",
            early(77, "401"),
            5000,
            "Conclude Failed Unauthorized pod-1 exit 77",
            "401"),
        firstAttempt(
            "out of memory is seen after the deadline",
            Seen.outOfMemory(false),
            5000,
            "Conclude Failed RunnerOutOfMemory pod-1 exit 137",
            "memory"));
  }

  private static Stream<Row> results() {
    String measured = Seen.output(Outcome.MEASURED, true, "");
    return Stream.of(
        sendingLoad(
            "exit 0 with a result",
            late(0, measured),
            500,
            "Conclude Completed Measured pod-1 exit 0 with result",
            "all stages ran"),
        sendingLoad(
            "exit 0 without a result",
            late(0, " "),
            500,
            "Conclude Damaged ResultMissing pod-1 exit 0",
            "left no result"),
        sendingLoad(
            "exit 0 with other words",
            late(0, "bye"),
            500,
            "Conclude Damaged ResultMissing pod-1 exit 0",
            "left no result"),
        sendingLoad(
            "exit 0 with a result that was cut",
            late(0, measured.substring(0, measured.length() - 3)),
            500,
            "Conclude Damaged ResultCorrupt pod-1 exit 0",
            "it was cut"),
        sendingLoad(
            "exit 0 with a result that was altered",
            late(0, altered(measured)),
            500,
            "Conclude Damaged ResultCorrupt pod-1 exit 0",
            "checksum"));
  }

  private static String altered(String result) {
    char last = result.charAt(result.length() - 1);
    return result.substring(0, result.length() - 1) + (last == 'A' ? 'B' : 'A');
  }

  private static Stream<Row> hindsight() {
    RunProgress late = Seen.concluded(Conclusion.End.Failed, Reason.StartupDeadlineExceeded);
    RunProgress tooLong = Seen.concluded(Conclusion.End.Failed, Reason.ActiveDeadlineExceeded);
    RunProgress refused = Seen.concluded(Conclusion.End.Failed, Reason.TargetUnreachable);
    String partial = Seen.output(Outcome.STOPPED, true, "");
    return Stream.of(
        row(
            "given up at the startup deadline, the runner says that load had begun",
            late,
            Seen.of(DELETING, early(143, partial)),
            910,
            "Conclude Damaged StartupDeadlineExceeded pod-1 exit 143 with result",
            "had just begun to send load"),
        row(
            "given up at the startup deadline, ready just before it was killed",
            late,
            Seen.of(DELETING, late(137, "")),
            910,
            "Conclude Damaged StartupDeadlineExceeded pod-1 exit 137",
            "had just begun to send load"),
        row(
            "given up at the active deadline, the runner says that load had begun",
            tooLong,
            Seen.of(DELETING, early(143, partial)),
            1810,
            "Conclude Damaged ActiveDeadlineExceeded pod-1 exit 143 with result",
            "had just begun to send load"),
        row(
            "given up at the startup deadline, the runner says what it waited for",
            late,
            Seen.of(
                DELETING, early(143, Seen.stoppedWaiting("TargetUnreachable", "port 1 refused"))),
            910,
            "Conclude Failed TargetUnreachable pod-1 exit 143 with result",
            "port 1 refused (the startup deadline was exceeded)"),
        row(
            "given up for the target, the runner says the same",
            refused,
            Seen.of(
                DELETING, early(143, Seen.stoppedWaiting("TargetUnreachable", "port 1 refused"))),
            910,
            "Finish",
            ""),
        row(
            "given up at the startup deadline, no load was sent",
            late,
            Seen.of(DELETING, early(143, Seen.output(Outcome.STOPPED, false, "stopped"))),
            910,
            "Finish",
            ""));
  }

  private static Stream<Row> stops() {
    return Stream.of(
        row(
            "stopped before it began",
            Seen.fresh(),
            Seen.stopped(Seen.nothing()),
            0,
            "Conclude Stopped Stopped",
            "told to stop"),
        row(
            "stopped while it sends load",
            sending(),
            Seen.stopped(Seen.of(JOB, new PodHealth.Ready(Seen.LOAD))),
            90,
            "Conclude Stopped Stopped",
            "told to stop"),
        row(
            "stopped, and its pod has ended for it",
            sending(),
            Seen.stopped(Seen.of(DELETING, late(143, Seen.output(Outcome.STOPPED, true, "")))),
            90,
            "Conclude Stopped Stopped",
            "told to stop"),
        row(
            "stopped between two attempts",
            Seen.givenUp(1),
            Seen.stopped(Seen.nothing()),
            90,
            "Conclude Stopped Stopped",
            "told to stop"),
        row(
            "told to stop after all was measured",
            sending(),
            Seen.stopped(Seen.of(JOB, late(0, Seen.output(Outcome.MEASURED, true, "")))),
            500,
            "Conclude Completed Measured pod-1 exit 0 with result",
            "all stages ran"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void followsTheTable(Row row) {
    Instant now = at(row.second());
    RunDecision decision = RunLifecycle.next(Seen.PLAN, row.progress(), row.facts(), now);
    assertThat(words(decision)).isEqualTo(row.decision());
    assertThat(message(decision)).contains(row.message());
    if (decision instanceof RunDecision.Conclude) {
      assertThat(message(decision)).as("a promise after the end").doesNotContain("given up at 2");
    }
  }

  private static Row row(
      String what,
      RunProgress progress,
      RunFacts facts,
      long second,
      String decision,
      String message) {
    return new Row(what, progress, facts, second, decision, message);
  }

  /** Of the first attempt, of which no load was seen, and its pod. */
  private static Row firstAttempt(
      String what, PodHealth seen, long second, String decision, String message) {
    return row(what, attempt(1), Seen.of(JOB, seen), second, decision, message);
  }

  /** Of a run that was seen to send load, and its pod. */
  private static Row sendingLoad(
      String what, PodHealth seen, long second, String decision, String message) {
    return row(what, sending(), Seen.of(JOB, seen), second, decision, message);
  }

  private static Instant at(long second) {
    return START.plusSeconds(second);
  }

  private static String words(RunDecision decision) {
    return switch (decision) {
      case RunDecision.Nothing ignored -> "Nothing";
      case RunDecision.Admit ignored -> "Admit";
      case RunDecision.CreateRunner create -> "CreateRunner " + create.attempt();
      case RunDecision.Await await ->
          "Await "
              + await.phase()
              + " "
              + await.reason()
              + " until "
              + Duration.between(START, await.until()).toSeconds();
      case RunDecision.EndAttempt end -> "EndAttempt " + end.reason();
      case RunDecision.DeleteRunner ignored -> "DeleteRunner";
      case RunDecision.Conclude conclude ->
          "Conclude "
              + conclude.conclusion().end()
              + " "
              + conclude.conclusion().reason()
              + conclude.conclusion().pod().map(pod -> " " + pod).orElse("")
              + conclude.conclusion().exitCode().map(code -> " exit " + code).orElse("")
              + conclude.conclusion().result().map(result -> " with result").orElse("");
      case RunDecision.Finish ignored -> "Finish";
      case RunDecision.DeleteRun ignored -> "DeleteRun";
    };
  }

  private static String message(RunDecision decision) {
    return switch (decision) {
      case RunDecision.Await await -> await.message();
      case RunDecision.EndAttempt end -> end.message();
      case RunDecision.DeleteRunner delete -> delete.message();
      case RunDecision.Conclude conclude -> conclude.conclusion().message();
      case RunDecision.Nothing ignored -> "";
      case RunDecision.Admit ignored -> "";
      case RunDecision.CreateRunner ignored -> "";
      case RunDecision.Finish ignored -> "";
      case RunDecision.DeleteRun ignored -> "";
    };
  }
}
