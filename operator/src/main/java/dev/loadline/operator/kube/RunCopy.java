package dev.loadline.operator.kube;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Optional;

/**
 * Tells a run from a copy of its object. What a backup restores has neither its status nor its UID
 * any more, and mostly no owner, so that a run which ended long ago looks like one that was just
 * made; a run is never repeated, though.
 */
final class RunCopy {
  private static final String MANUAL = "Manual";

  private RunCopy() {}

  /** Why this run, which was not admitted yet, is taken for a copy; empty if it is none. */
  static Optional<String> refusal(LoadTestRun run) {
    String trigger = run.getSpec().trigger();
    if (trigger != null && !trigger.equals(MANUAL)) {
      return Owners.hasTest(run)
          ? Optional.empty()
          : Optional.of(
              "spec.trigger is "
                  + trigger
                  + ", but no LoadTest owns this run: it is a copy of one, as a backup restores it,"
                  + " or its LoadTest is gone; to run it by hand, create it without a trigger");
    }
    return admitted(run)
        .filter(before -> !before.equals(self(run)) && before.startsWith(name(run)))
        .map(before ->
            "it is a copy of a run that was admitted before, as a backup restores it; to run it"
                + " again, create it under another name or without the annotation "
                + Api.ADMITTED_ANNOTATION);
  }

  /**
   * Makes copies of this run known as such, before anything else is recorded of it. The run of a
   * test needs no mark: nobody else can make it.
   *
   * @return the run as it is now
   */
  static LoadTestRun mark(KubernetesClient client, LoadTestRun run) {
    if (Owners.hasTest(run) || admitted(run).filter(self(run)::equals).isPresent()) {
      return run;
    }
    ObjectMeta metadata = run.getMetadata();
    return client
        .resource(run)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"uid\":\"%s\",\"annotations\":{\"%s\":\"%s\"}}}"
                .formatted(metadata.getUid(), Api.ADMITTED_ANNOTATION, self(run)));
  }

  private static Optional<String> admitted(LoadTestRun run) {
    return Optional.ofNullable(run.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Api.ADMITTED_ANNOTATION));
  }

  private static String self(LoadTestRun run) {
    return name(run) + run.getMetadata().getUid();
  }

  private static String name(LoadTestRun run) {
    return run.getMetadata().getName() + "/";
  }
}
