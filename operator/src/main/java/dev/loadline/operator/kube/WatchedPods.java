package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pods as the watch has told of them, and the last state of those that are gone. A pod that is told
 * to go says what it measured and disappears in the next moment, often before a pass has looked at
 * it; and a cache has forgotten a pod for a moment before anybody is told. Of those that are gone
 * only the latest are kept; after a restart of the operator there are none.
 */
final class WatchedPods {
  private static final int MOST = 200;

  /** By the UID of their Job, then by their own. */
  private final Map<String, Map<String, Pod>> present = new HashMap<>();

  private final Map<String, Pod> gone =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Pod> eldest) {
          return size() > MOST;
        }
      };

  /** There is this pod, in this state. */
  synchronized void seen(Pod pod) {
    jobOf(pod)
        .ifPresent(job -> present.computeIfAbsent(job, any -> new HashMap<>()).put(uid(pod), pod));
  }

  /** There is no such pod any more; this was its last state. */
  synchronized void gone(Pod pod) {
    jobOf(pod)
        .ifPresent(job -> {
          present.computeIfPresent(
              job,
              (any, pods) -> {
                pods.remove(uid(pod));
                return pods.isEmpty() ? null : pods;
              });
          gone.put(uid(pod), pod);
        });
  }

  /** Pods of this Job of which nobody has told that they are gone. */
  synchronized List<Pod> present(String jobUid) {
    return List.copyOf(present.getOrDefault(jobUid, Map.of()).values());
  }

  /** Last states of pods of this Job. */
  synchronized List<Pod> gone(String jobUid) {
    return gone.values().stream().filter(pod -> jobOf(pod).equals(Optional.of(jobUid))).toList();
  }

  private static Optional<String> jobOf(Pod pod) {
    return Owners.jobOf(pod).map(job -> job.getUid());
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }
}
