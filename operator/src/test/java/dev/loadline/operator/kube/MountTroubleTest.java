package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.operator.run.PodHealth;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a kubelet's events say of a pod that waits for the file of its workload. */
class MountTroubleTest {
  private static final String TAKEN = "startTime: \"2026-11-24T02:00:10Z\"";
  private static final String ABSENT =
      "MountVolume.SetUp failed for volume \"data\" : configmap \"prompts\" not found";

  private final LocalApiServer server = LocalApiServer.start(InstantSource.system());
  private final KubernetesClient client = server.client();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Pod pod(String status, String volumes) {
    Pod pod =
        Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: runner, namespace: default, uid: pod-1}
            spec: {containers: [{name: runner, image: a}], volumes: [%s]}
            status: {phase: Pending, %s, containerStatuses: [{name: runner, ready: false, restartCount: 0, image: a, imageID: "", state: {waiting: {reason: ContainerCreating}}}]}
            """
                .formatted(volumes, status),
            Pod.class);
    return pod;
  }

  private Pod waiting() {
    return pod(TAKEN, "{name: data, configMap: {name: prompts}}");
  }

  private void event(String name, String reason, String message) {
    Event event =
        Serialization.unmarshal(
            """
            apiVersion: v1
            kind: Event
            metadata: {name: %s, namespace: default}
            involvedObject: {kind: Pod, name: runner, namespace: default, uid: pod-1}
            reason: %s
            message: '%s'
            lastTimestamp: "2026-11-24T02:00:11Z"
            """
                .formatted(name, reason, message),
            Event.class);
    client.resource(event).create();
  }

  private Optional<PodHealth> trouble(Pod pod) {
    return MountTrouble.of(pod, new ObjectEvents(client));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ABSENT,
        "MountVolume.SetUp failed for volume \"data\" : configmap references non-existent config"
            + " key: chat.jsonl"
      })
  void namesTheObjectThatIsMissing(String message) {
    event("a", "Scheduled", "Successfully assigned");
    event("b", "FailedMount", message);
    assertThat(trouble(waiting()))
        .contains(
            new PodHealth.ConfigTrouble(
                message + " (ConfigMap prompts)", Instant.parse("2026-11-24T02:00:10Z")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "configMap: {name: prompts} | failed to sync configmap cache: timed out waiting for the"
            + " condition",
        "persistentVolumeClaim: {claimName: prompts} | rpc error: driver name ebs.csi.aws.com not"
            + " found in the list of registered CSI drivers",
        "configMap: {name: prompts} | volume not found in the cache",
      })
  void waitsForWhatMayPass(String volume, String message) {
    event("a", "FailedMount", "MountVolume.SetUp failed for volume \"data\" : " + message);
    assertThat(trouble(pod(TAKEN, "{name: data, " + volume + "}"))).isEmpty();
  }

  @Test
  void forgetsWhatWasBeforeTheImageIsPulled() {
    event("a", "FailedMount", ABSENT);
    event("b", "Pulling", "Pulling image");
    assertThat(trouble(waiting())).isEmpty();
  }

  @Test
  void isSilentWhereThereIsNoEventOrNoVolume() {
    assertThat(trouble(waiting())).isEmpty();
    event("a", "FailedMount", ABSENT);
    assertThat(trouble(pod(TAKEN, ""))).isEmpty();
    assertThat(trouble(pod("hostIP: 10.0.0.1", "{name: data, configMap: {name: prompts}}")))
        .isEmpty();
  }
}
