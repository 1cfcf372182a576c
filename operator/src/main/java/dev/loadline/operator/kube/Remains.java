package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last state of pods that are gone. A pod that is told to go says what it measured and
 * disappears in the next moment, often before a pass has looked at it. Only the latest are kept;
 * after a restart of the operator there are none.
 */
final class Remains {
  private static final int MOST = 200;

  private final Map<String, Pod> pods =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Pod> eldest) {
          return size() > MOST;
        }
      };

  synchronized void keep(Pod pod) {
    pods.put(pod.getMetadata().getUid(), pod);
  }

  /** Those that this Job made. */
  synchronized List<Pod> of(String jobUid) {
    return pods.values().stream()
        .filter(pod ->
            pod.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(jobUid)))
        .toList();
  }
}
