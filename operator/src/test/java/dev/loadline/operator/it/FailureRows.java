package dev.loadline.operator.it;

import static dev.loadline.operator.it.FailureRow.NOTHING;
import static dev.loadline.operator.it.TroubledCluster.MAIN;

import dev.loadline.operator.it.FailureRow.Act;
import dev.loadline.operator.it.FailureRow.End;
import java.time.Instant;
import java.util.stream.Stream;

/** The rows of the failure table that need a real scheduler, kubelet or admission. */
final class FailureRows {
  private static final String SENDING = "ready, wait 600";
  private static final String UNANSWERED =
      "{target: {service: {name: nobody}, readinessTimeout: 100s}}";

  private FailureRows() {}

  static Stream<FailureRow> all() {
    return Stream.of(UnstartedRows.all(), ended(), disrupted(), lost(), stopped())
        .flatMap(rows -> rows);
  }

  static FailureRow row(String name, String cause, String change, End end) {
    return row(name, cause, change, NOTHING, end);
  }

  private static FailureRow row(String name, String cause, String change, Act act, End end) {
    String[] words = name.split(": ", 2);
    return new FailureRow(words[0], MAIN, words[1], cause, change, act, end);
  }

  /** The spec of a run whose runner plays a part. */
  static String played(String part) {
    return "{runner: {image: '"
        + PlayedImage.NAME
        + "', imagePullPolicy: Never, env: [{name: PLAY, value: '"
        + part
        + "'}]}}";
  }

  static String dataset(String configMap) {
    return "{workload: {synthetic: null, dataset: {configMap: {name: "
        + configMap
        + ", key: a}, format: JSONL}}}";
  }

  private static Stream<FailureRow> ended() {
    return Stream.of(
        row(
            "spec: exit 64",
            "a dataset that cannot be read",
            dataset("prompts"),
            End.none("InvalidSpec", "the load runner refused its plan").exit("64")),
        row(
            "refused: exit 77",
            "a target that wants a key",
            "{target: {service: {name: guarded}}}",
            End.none("Unauthorized", "401").exit("77")),
        row(
            "model: exit 69, model not served",
            "target.model of none",
            "{target: {model: another}}",
            End.none("ModelNotServed", "another").exit("69")),
        row(
            "nobody: exit 69, target unreachable",
            "a Service of none, 2 attempts",
            "{target: {service: {name: nobody}, readinessTimeout: 3s}, lifecycle:"
                + " {maxStartAttempts: 2}}",
            // Where the cluster's name server does not reach the next one, it is silent.
            End.none("TargetNotFound|TargetUnreachable", "nobody").exit("69").after(2)),
        row(
            "temporary: exit 75",
            "a played runner, 2 attempts",
            with(played("say no route yet, exit 75"), "maxStartAttempts: 2"),
            End.none("RunnerDisrupted", "no route yet (exit code 75) (attempt 2 of 2)")
                .exit("75")
                .after(2)),
        row(
            "late: exit 76",
            "a played runner",
            played("exit 76"),
            End.none("RunnerDisrupted", "exit code 76 and said nothing").exit("76")),
        row(
            "crash: crash before load",
            "JAVA_TOOL_OPTIONS that no JVM knows",
            "{runner: {env: [{name: JAVA_TOOL_OPTIONS, value: -XX:+Nonsense}]}}",
            End.none("CrashedBeforeLoad", "Unrecognized VM option […]").exit("1")),
        row(
            "memory: OOMKilled before load",
            "a heap of 900 MiB touched in a limit of 256Mi",
            "{runner: {env: [{name: JAVA_TOOL_OPTIONS, value: -Xms900m -Xmx900m"
                + " -XX:+AlwaysPreTouch}]}}",
            End.none("RunnerOutOfMemory", "limited to 256Mi").exit("137")),
        row(
            "startup: no load within the startup deadline",
            "a played runner that never is ready",
            with(played("wait 600"), "startupDeadline: 30s"),
            End.none("StartupDeadlineExceeded", "the startup deadline of 30s")),
        row(
            "silent: exit 0 without a result",
            "a played runner",
            played("ready, wait 3, exit 0"),
            End.invalid("ResultMissing", "left no result").exit("0")),
        row(
            "corrupt: exit 0, corrupt result",
            "a played runner, its result cut",
            "{runner: {image: '"
                + PlayedImage.NAME
                + "', imagePullPolicy: Never, env: [{name: PLAY, value: 'ready, wait 3, result,"
                + " exit 0'}, {name: RESULT, value: 'LOADLINE-RESULT/2 900 0a1b2c3d cut'}]}}",
            End.invalid("ResultCorrupt", "it was cut").exit("0")),
        row(
            "kept: podRetention OnFailure",
            "a played runner that fails, podRetention OnFailure",
            with(played("say kept for you, exit 64"), "podRetention: OnFailure"),
            End.none("InvalidSpec", "kept for you")
                .exit("64")
                .leaving("Job kept-a1, Pod kept-a1-0-\\w+")));
  }

  /** With something in its lifecycle. */
  private static String with(String spec, String lifecycle) {
    return spec.substring(0, spec.length() - 1) + ", lifecycle: {" + lifecycle + "}}";
  }

  private static Stream<FailureRow> disrupted() {
    return Stream.of(
        row(
            "evicted-early: eviction before load",
            "eviction API, both attempts",
            with(UNANSWERED, "maxStartAttempts: 2"),
            Disruptions::evictTwice,
            End.none("RunnerDisrupted", "EvictionByEvictionAPI").exit("143").after(2)),
        row(
            "drained: node drained before load",
            "node cordoned, pod evicted",
            UNANSWERED,
            Disruptions::drain,
            End.none("RunnerDisrupted", "EvictionByEvictionAPI").exit("143")),
        row(
            "preempted: preemption before load",
            "a pod of higher priority wants what it has",
            "{target: {service: {name: nobody}, readinessTimeout: 100s}, runner: {resources:"
                + " {requests: {loadline.dev/seat: 1}, limits: {loadline.dev/seat: 1}}}}",
            Disruptions::preempt,
            End.none("RunnerDisrupted", "PreemptionByScheduler").exit("143")),
        row(
            "deleted-early: pod deleted before load",
            "kubectl delete pod",
            UNANSWERED,
            Disruptions::deleteEarly,
            End.none("RunnerDisrupted", "its pod was deleted").exit("143")),
        row(
            "jobless-early: Job deleted before load",
            "kubectl delete job",
            UNANSWERED,
            Disruptions::deleteJobEarly,
            End.invalid("RunnerJobDeleted", "somebody deleted the runner's Job").exit("143|")));
  }

  /** For a cluster that may be broken: whatever does not tolerate the taint has to go. */
  static FailureRow tainted() {
    return row(
        "tainted: taint NoExecute before load",
        "kubectl taint node",
        "{target: {service: {name: nobody}, readinessTimeout: 100s}, runner: {tolerations: null}}",
        Disruptions::taint,
        End.none("RunnerDisrupted", "DeletionByTaintManager").exit("143"));
  }

  private static Stream<FailureRow> lost() {
    return Stream.of(
        row(
            "evicted: eviction after load began",
            "eviction API, 3 attempts allowed",
            with(played(SENDING), "maxStartAttempts: 3"),
            Disruptions::evict,
            End.invalid("RunnerLost", "EvictionByEvictionAPI").exit("143")),
        row(
            "deleted-pod: pod deleted after load began",
            "kubectl delete pod",
            played(SENDING),
            Disruptions::delete,
            End.invalid("RunnerLost", "it had sent load").exit("143")),
        row(
            "forced: pod deleted by force after load began",
            "kubectl delete pod --force",
            played(SENDING),
            Disruptions::deleteByForce,
            End.invalid("RunnerLost", "load").exit("|143|137")),
        row(
            "full-memory: OOMKilled after load began",
            "a played runner takes more than its limit",
            played("ready, wait 4, fill"),
            End.invalid("RunnerLost", "limited to 256Mi").exit("137")),
        row(
            "crash-late: crash after load began",
            "a played runner",
            played("ready, wait 4, say java.lang.OutOfMemoryError: Java heap space, exit 3"),
            End.invalid("RunnerLost", "exit code 3: java.lang.OutOfMemoryError: Java heap space")
                .exit("3")),
        row(
            "jobless: Job deleted after load began",
            "kubectl delete job",
            played(SENDING),
            Disruptions::deleteJob,
            End.invalid("RunnerJobDeleted", "somebody deleted the runner's Job").exit("143|")),
        row(
            "deadline: active deadline",
            "activeDeadline 90s, a stage of 100,000 requests",
            "{target: {readinessTimeout: 60s}, load: {stages: [{name: only, users: 2, requests:"
                + " 100000}]}, lifecycle:"
                + " {activeDeadline: 90s, startupDeadline: 80s}}",
            scene -> {
              scene.sending();
              return Instant.now();
            },
            End.invalid("ActiveDeadlineExceeded", "longer than its active deadline of 1m30s")));
  }

  private static Stream<FailureRow> stopped() {
    return Stream.of(
        row(
            "stopped: desiredState Stopped under load",
            "desiredState Stopped",
            played(SENDING),
            Disruptions::stop,
            End.invalid("Stopped", "the run was told to stop")),
        row(
            "stopped-early: desiredState Stopped before load",
            "desiredState Stopped",
            UNANSWERED,
            Disruptions::stopEarly,
            End.invalid("Stopped", "stop")),
        row(
            "deaf: stopped, a runner that ignores SIGTERM",
            "desiredState Stopped, killed after 15 s",
            played("deaf, " + SENDING),
            Disruptions::stop,
            End.invalid("Stopped", "the run was told to stop")));
  }
}
