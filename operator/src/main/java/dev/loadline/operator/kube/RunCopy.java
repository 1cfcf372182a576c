package dev.loadline.operator.kube;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Tells a run from a copy of its object. What a backup restores has neither its status nor its UID
 * any more, and mostly no owner, so that a run which ended long ago looks like one that was just
 * made; a run is never repeated, though.
 */
final class RunCopy {
  private RunCopy() {}

  /**
   * Why this run, which was not admitted yet, is taken for a copy; empty if it is none.
   *
   * @param hasTest whether a test owns it that is there
   */
  static Optional<String> refusal(LoadTestRun run, BooleanSupplier hasTest) {
    if (!isManual(run)) {
      return hasTest.getAsBoolean()
          ? Optional.empty()
          : Optional.of(
              "spec.trigger is "
                  + run.getSpec().trigger()
                  + ", but no LoadTest owns this run: its LoadTest is gone, or it is a copy of a"
                  + " run, such as a backup restores; to run it by hand, create it under another"
                  + " name and without a trigger");
    }
    return mark(run)
        .filter(mark -> !mark.equals(self(run)) && mark.startsWith(name(run)))
        .map(mark ->
            "it is a copy of a run of this name that was there before, such as a backup restores;"
                + " to run it again, create it under another name or without the annotation "
                + Api.RUN_ANNOTATION);
  }

  /**
   * Has copies of this run known as such, before it is recorded that it was admitted or will never
   * be. Where a test made it, the trigger says so.
   *
   * @return the run as it is now, unless it is gone
   * @throws KubernetesClientException with 409 if it was changed since it was read
   */
  static LoadTestRun marked(KubernetesClient client, LoadTestRun run) {
    if (!isManual(run) || mark(run).filter(self(run)::equals).isPresent()) {
      return run;
    }
    ObjectMeta metadata = run.getMetadata();
    String patch =
        "{\"metadata\":{\"resourceVersion\":\"%s\",\"annotations\":{\"%s\":\"%s\"}}}"
            .formatted(metadata.getResourceVersion(), Api.RUN_ANNOTATION, self(run));
    try {
      return client.resource(run).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    } catch (KubernetesClientException refused) {
      if (ApiFailure.isGone(refused)) {
        return run;
      }
      throw refused;
    }
  }

  private static boolean isManual(LoadTestRun run) {
    String trigger = run.getSpec().trigger();
    return trigger == null || trigger.equals(Api.TRIGGER_MANUAL);
  }

  private static Optional<String> mark(LoadTestRun run) {
    return Optional.ofNullable(run.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Api.RUN_ANNOTATION));
  }

  private static String self(LoadTestRun run) {
    return name(run) + run.getMetadata().getUid();
  }

  private static String name(LoadTestRun run) {
    return run.getMetadata().getName() + "/";
  }
}
