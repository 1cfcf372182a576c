package dev.loadline.operator.kube;

import java.util.List;
import java.util.Locale;

/** What one test of a {@link Fleet} is like, hour after hour: its spec, and how its runs go. */
enum FleetStory {
  /** Its run measures; the next hour's replaces it in the history. */
  PLAIN("successfulRunsHistoryLimit: 1"),
  /** Its runs' Jobs and pods stay as long as the runs. */
  KEPT("successfulRunsHistoryLimit: 3\nlifecycle: {podRetention: Always}"),
  /** Its first runner dies before load (exit code 75), the second measures. */
  RETRIED("successfulRunsHistoryLimit: 2\nlifecycle: {podRetention: Never}"),
  /** Its target cannot be reached (exit code 69) the first time. */
  UNREACHABLE("successfulRunsHistoryLimit: 2"),
  /** Its runner refuses the plan (exit code 64). */
  FAILED("failedRunsHistoryLimit: 1"),
  /** Its runner is killed while it sends load: never repeated. */
  LOST("failedRunsHistoryLimit: 2"),
  /** Its finished run is deleted after a minute. */
  FORGOTTEN("lifecycle: {ttlAfterFinished: 1m}"),
  /** A user stops each run. */
  STOPPED("failedRunsHistoryLimit: 2"),
  /** Its run goes on until the next one replaces it. */
  REPLACED("concurrencyPolicy: Replace\nfailedRunsHistoryLimit: 2\n" + Spec.LONG),
  /** The same, but a user stops the old run at the very time, so that one of the two is first. */
  HALTED("concurrencyPolicy: Replace\nfailedRunsHistoryLimit: 2\n" + Spec.LONG),
  /** Its run goes on beyond the next due time, which waits for its end. */
  WAITING("successfulRunsHistoryLimit: 2\n" + Spec.LONG),
  /** Each second due time waits in vain until its deadline has passed. */
  BLOCKED("successfulRunsHistoryLimit: 2\n" + Spec.LONG),
  /** A run ends only after the next one has begun. */
  ASIDE("concurrencyPolicy: Allow\nsuccessfulRunsHistoryLimit: 2\n" + Spec.LONG),
  /** The test is deleted during its run, and created anew. */
  DELETED(Spec.LONG),
  /** No schedule: each hour a new token asks for a run. */
  ASKED("successfulRunsHistoryLimit: 2");

  /** Lines that several have. */
  private static final class Spec {
    static final String LONG = "lifecycle: {activeDeadline: 480h}";
  }

  private final String more;

  FleetStory(String more) {
    this.more = more;
  }

  static List<FleetStory> all() {
    return List.of(values());
  }

  boolean scheduled() {
    return this != ASKED;
  }

  /** Name of the test. */
  String test() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The test; each has a target of its own. */
  String yaml(String token) {
    return """
    apiVersion: loadline.dev/v1alpha1
    kind: LoadTest
    metadata: {name: %s, namespace: default}
    spec:
      target: {url: "http://%s.models/v1"}
      workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
      load: {shareTarget: %s, warmup: 1s, drainTimeout: 1s, stages: [{name: steady, users: 4, duration: 1m}]}
      objectives: [{name: errors, metric: errorRate, max: 1%%}]
    %s%s\
    """
        .formatted(
            test(),
            test(),
            this == ASIDE,
            more.indent(2),
            (scheduled() ? "schedule: \"0 * * * *\"" : "runNow: {token: " + token + "}").indent(2));
  }
}
