package dev.loadline.operator.kube;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Optional;

/**
 * Who owns what. By UID: an object that was deleted and made anew under its old name is another
 * one. Owners need no finalizer, and what they own does not block their deletion (that would take
 * the right to set finalizers where owner references are guarded): when one goes, Kubernetes
 * collects what it owns, down to the pods, and a pod that is told to go stops its load.
 */
final class Owners {
  private Owners() {}

  /** The reference with which {@code owner}, a test or a run, owns what it makes. */
  static OwnerReference reference(HasMetadata owner) {
    return new OwnerReferenceBuilder()
        .withApiVersion(Api.GROUP + "/" + Api.VERSION)
        .withKind(owner.getKind())
        .withName(owner.getMetadata().getName())
        .withUid(owner.getMetadata().getUid())
        .withController(true)
        .withBlockOwnerDeletion(false)
        .build();
  }

  /** Whether this very owner made it. */
  static boolean owns(HasMetadata owner, HasMetadata child) {
    return child.getMetadata().getOwnerReferences().stream()
        .anyMatch(reference -> reference.getUid().equals(owner.getMetadata().getUid()));
  }

  /** The Job that made it, if one did. */
  static Optional<OwnerReference> jobOf(HasMetadata pod) {
    return pod.getMetadata().getOwnerReferences().stream()
        .filter(owner -> owner.getKind().equals("Job"))
        .findFirst();
  }

  /**
   * The test that a run says it is of although that test did not make it; such a run is nobody's.
   */
  static Optional<String> claimedTest(LoadTestRun run) {
    return Optional.ofNullable(run.getSpec().loadTest())
        .or(() ->
            Optional.ofNullable(run.getMetadata().getLabels())
                .map(labels -> labels.get(Api.TEST_LABEL)))
        .filter(test ->
            run.getMetadata().getOwnerReferences().stream()
                .noneMatch(owner ->
                    owner.getKind().equals(Api.LOAD_TEST) && owner.getName().equals(test)));
  }

  /**
   * Whether it was left by an earlier object of the owner's kind and name, and is on its way out.
   */
  static boolean leftBehind(HasMetadata owner, HasMetadata child) {
    return !owns(owner, child)
        && child.getMetadata().getOwnerReferences().stream()
            .anyMatch(reference ->
                reference.getKind().equals(owner.getKind())
                    && reference.getName().equals(owner.getMetadata().getName()));
  }
}
