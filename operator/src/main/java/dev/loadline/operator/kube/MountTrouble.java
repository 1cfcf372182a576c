package dev.loadline.operator.kube;

import dev.loadline.operator.run.PodHealth;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A volume whose ConfigMap, or the key in it, does not exist. The pod's status says no more than
 * ContainerCreating, as it does while an image is pulled; the kubelet's event says it. What else it
 * says may pass; that a claim is missing is said by the scheduler, in the pod's status.
 */
final class MountTrouble {
  private static final Pattern MISSING =
      Pattern.compile("configmap \"[^\"]+\" not found|non-existent config key");

  /** What a kubelet does to a pod whose volumes are mounted. */
  private static final Set<String> MOUNTED = Set.of("Pulling", "Pulled", "Created", "Started");

  private MountTrouble() {}

  /** The trouble of a pod that a node has taken and whose container does not run. */
  static Optional<PodHealth> of(Pod pod, ObjectEvents events) {
    Optional<Volume> data =
        pod.getSpec().getVolumes().stream()
            .filter(volume -> volume.getName().equals(DataVolume.NAME))
            .filter(volume -> volume.getConfigMap() != null)
            .findFirst();
    boolean waits =
        pod.getStatus() != null
            && pod.getStatus().getStartTime() != null
            && pod.getStatus().getContainerStatuses().stream()
                .allMatch(is -> is.getState() == null || is.getState().getRunning() == null);
    return data.isPresent() && waits ? said(pod, data.get(), events.of(pod)) : Optional.empty();
  }

  private static Optional<PodHealth> said(Pod pod, Volume data, List<Event> events) {
    if (events.stream().anyMatch(event -> MOUNTED.contains(event.getReason()))) {
      return Optional.empty();
    }
    String object = " (ConfigMap " + data.getConfigMap().getName() + ")";
    return ObjectEvents.message(events, "FailedMount")
        .filter(message -> MISSING.matcher(message).find())
        .map(message ->
            new PodHealth.ConfigTrouble(
                message + object, Instant.parse(pod.getStatus().getStartTime())));
  }
}
