package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The status of a pod with one container, shaped exactly as a kubelet writes it. */
final class PodStatuses {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final String container;
  private final String image;
  private final Instant created;

  PodStatuses(String container, String image, Instant created) {
    this.container = container;
    this.image = image;
    this.created = created;
  }

  private static String text(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Not yet started, with the reason why. */
  ObjectNode waiting(String reason, String message) {
    ContainerState state =
        new ContainerStateBuilder()
            .withNewWaiting()
            .withReason(reason)
            .withMessage(message.isEmpty() ? null : message)
            .endWaiting()
            .build();
    return status("Pending", state, unready(created, "ContainersNotReady"));
  }

  /** The process runs. */
  ObjectNode running(Instant started, boolean ready, Instant readySince) {
    ContainerState state =
        new ContainerStateBuilder()
            .withNewRunning()
            .withStartedAt(text(started))
            .endRunning()
            .build();
    Ready condition =
        ready ? new Ready("True", readySince, null) : unready(readySince, "ContainersNotReady");
    return status("Running", state, condition);
  }

  /** The process has ended. */
  ObjectNode ended(Instant started, Instant ended, int code, String message, Instant readySince) {
    ContainerState state =
        new ContainerStateBuilder()
            .withNewTerminated()
            .withExitCode(code)
            .withReason(code == 0 ? "Completed" : "Error")
            .withStartedAt(text(started))
            .withFinishedAt(text(ended))
            .withMessage(message.isEmpty() ? null : message)
            .endTerminated()
            .build();
    boolean good = code == 0;
    return status(
        good ? "Succeeded" : "Failed",
        state,
        unready(readySince, good ? "PodCompleted" : "PodFailed"));
  }

  private record Ready(
      String status, Instant since, @org.jspecify.annotations.Nullable String reason) {}

  private static Ready unready(Instant since, String reason) {
    return new Ready("False", since, reason);
  }

  private ObjectNode status(String phase, ContainerState state, Ready ready) {
    boolean isReady = ready.status().equals("True");
    PodStatus status =
        new PodStatusBuilder()
            .withPhase(phase)
            .withConditions(
                condition("PodScheduled", new Ready("True", created, null)),
                condition("Initialized", new Ready("True", created, null)),
                condition("ContainersReady", ready),
                condition("Ready", ready))
            .withHostIP("127.0.0.1")
            .withPodIP("127.0.0.1")
            .withQosClass("Guaranteed")
            .withStartTime(text(created))
            .addNewContainerStatus()
            .withName(container)
            .withImage(image)
            .withImageID("")
            .withReady(isReady)
            .withStarted(state.getRunning() != null)
            .withRestartCount(0)
            .withState(state)
            .endContainerStatus()
            .build();
    return JSON.valueToTree(status);
  }

  private static PodCondition condition(String type, Ready ready) {
    return new PodConditionBuilder()
        .withType(type)
        .withStatus(ready.status())
        .withLastTransitionTime(text(ready.since()))
        .withReason(ready.reason())
        .build();
  }
}
