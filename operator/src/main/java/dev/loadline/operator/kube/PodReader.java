package dev.loadline.operator.kube;

import dev.loadline.operator.run.PodHealth;
import dev.loadline.operator.run.RunFacts;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reduces a pod's status, as it is now, to what decisions need. */
record PodReader(Pod pod, Instant now) {
  private static final Set<String> IMAGE_TROUBLE =
      Set.of("ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError");
  private static final Set<String> IMAGE_HOPELESS = Set.of("InvalidImageName", "ErrImageNeverPull");
  private static final Set<String> CONFIG_TROUBLE =
      Set.of("CreateContainerConfigError", "CreateContainerError");

  /** SIGKILL and SIGTERM. */
  private static final Set<Integer> STOPPED = Set.of(137, 143);

  private static final Pattern NO_CLAIM =
      Pattern.compile("persistentvolumeclaim \"[^\"]+\" not found");
  private static final Duration TERMINATING_PATIENCE = Duration.ofSeconds(30);

  RunFacts.Pod read() {
    return new RunFacts.Pod(pod.getMetadata().getName(), health());
  }

  /** Whether it sends nothing any more, though it may be there for long. */
  boolean hasEnded() {
    return health() instanceof PodHealth.Ended;
  }

  private PodHealth health() {
    if (pod.getStatus() == null) {
      return new PodHealth.Starting();
    }
    Optional<ContainerStatus> container =
        pod.getStatus().getContainerStatuses().stream()
            .filter(status -> status.getName().equals(RunnerContainer.NAME))
            .findFirst();
    Optional<ContainerState> state = container.map(ContainerStatus::getState);
    Optional<ContainerStateTerminated> terminated = state.map(ContainerState::getTerminated);
    if (terminated.isPresent()) {
      return ended(terminated.get());
    }
    String phase = Optional.ofNullable(pod.getStatus().getPhase()).orElse("Pending");
    if (phase.equals("Failed") || phase.equals("Succeeded")) {
      // Evicted, preempted or refused by the node. What never had a running container sent nothing.
      boolean sent =
          state
              .map(ContainerState::getRunning)
              .map(running -> wasReady(time(running.getStartedAt())))
              .orElse(false);
      return new PodHealth.Ended(Optional.empty(), Optional.empty(), disruption(), "", sent);
    }
    if (state.map(ContainerState::getRunning).isPresent()) {
      return running(container.get());
    }
    Optional<ContainerStateWaiting> waiting = state.map(ContainerState::getWaiting);
    if (waiting.isPresent() && waiting.get().getReason() != null) {
      return waiting(waiting.get());
    }
    return condition("PodScheduled")
        .filter(scheduled -> scheduled.getStatus().equals("False"))
        .map(scheduled -> notScheduled(text(scheduled.getMessage())))
        .orElseGet(PodHealth.Starting::new);
  }

  private PodHealth notScheduled(String message) {
    Matcher claim = NO_CLAIM.matcher(message);
    return claim.find()
        ? new PodHealth.ConfigTrouble(claim.group(), scheduled())
        : new PodHealth.Unschedulable(message);
  }

  private PodHealth waiting(ContainerStateWaiting waiting) {
    String message = waiting.getReason() + ": " + text(waiting.getMessage());
    if (IMAGE_HOPELESS.contains(waiting.getReason())) {
      return new PodHealth.ImageTrouble(message, true, scheduled());
    }
    if (IMAGE_TROUBLE.contains(waiting.getReason())) {
      return new PodHealth.ImageTrouble(message, false, scheduled());
    }
    return CONFIG_TROUBLE.contains(waiting.getReason())
        ? new PodHealth.ConfigTrouble(message, scheduled())
        : new PodHealth.Starting();
  }

  /**
   * A kubelet that lives sets the container and the pod unready together. A pod that is not ready
   * while its container still counts as ready was set so by the control plane, because the node
   * does not answer; so does a pod that should have been gone for a while and still runs.
   */
  private PodHealth running(ContainerStatus container) {
    Optional<PodCondition> ready = condition("Ready");
    boolean podReady = ready.filter(is -> is.getStatus().equals("True")).isPresent();
    boolean containerReady = Boolean.TRUE.equals(container.getReady());
    if (containerReady && !podReady && ready.isPresent()) {
      return new PodHealth.NodeLost(time(ready.get().getLastTransitionTime()), true);
    }
    String deletion = pod.getMetadata().getDeletionTimestamp();
    if (deletion != null && !now.isBefore(time(deletion).plus(TERMINATING_PATIENCE))) {
      return new PodHealth.NodeLost(time(deletion).plus(TERMINATING_PATIENCE), podReady);
    }
    return podReady
        ? new PodHealth.Ready(
            ready.map(is -> time(is.getLastTransitionTime())).orElseGet(this::created))
        : new PodHealth.Starting();
  }

  private PodHealth ended(ContainerStateTerminated end) {
    // A container that could not be started counts as terminated, since 1970.
    boolean ran = time(end.getStartedAt()).isAfter(Instant.EPOCH);
    return new PodHealth.Ended(
        Optional.ofNullable(end.getExitCode()),
        "OOMKilled".equals(end.getReason()) ? Optional.of(memoryLimit()) : Optional.empty(),
        disruption().or(() -> deletion(end.getExitCode())),
        Optional.ofNullable(end.getMessage()).orElse(""),
        ran && wasReady(time(end.getStartedAt())));
  }

  /**
   * The condition's transition time moves only when its status changes: a pod that was never ready
   * carries a time from before its container ran. No condition, no certainty.
   */
  private boolean wasReady(Instant started) {
    return condition("Ready")
        .map(ready ->
            ready.getStatus().equals("True")
                || time(ready.getLastTransitionTime()).isAfter(started))
        .orElse(true);
  }

  private String memoryLimit() {
    return pod.getSpec().getContainers().stream()
        .filter(container -> container.getName().equals(RunnerContainer.NAME))
        .flatMap(container -> Stream.ofNullable(container.getResources()))
        .flatMap(resources -> Stream.ofNullable(resources.getLimits().get("memory")))
        .map(Quantity::toString)
        .findFirst()
        .orElse("what its node had");
  }

  private Optional<String> disruption() {
    Optional<String> target =
        condition("DisruptionTarget")
            .filter(is -> is.getStatus().equals("True"))
            .map(is -> is.getReason() + ": " + text(is.getMessage()));
    return target.or(() ->
        Optional.ofNullable(pod.getStatus().getReason())
            .map(reason -> reason + ": " + text(pod.getStatus().getMessage())));
  }

  /** Somebody deleted the pod, and its container ended for that. */
  private Optional<String> deletion(@Nullable Integer exitCode) {
    return Optional.ofNullable(pod.getMetadata().getDeletionTimestamp())
        .filter(ignored -> exitCode != null && STOPPED.contains(exitCode))
        .map(ignored -> "its pod was deleted");
  }

  private Instant scheduled() {
    return condition("PodScheduled")
        .map(is -> time(is.getLastTransitionTime()))
        .orElseGet(this::created);
  }

  private Instant created() {
    return time(pod.getMetadata().getCreationTimestamp());
  }

  private Optional<PodCondition> condition(String type) {
    return pod.getStatus().getConditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst();
  }

  private static Instant time(@Nullable String text) {
    return text == null || text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
  }

  private static String text(@Nullable String message) {
    return message == null || message.isEmpty() ? "no message" : message;
  }
}
