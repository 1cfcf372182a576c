package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunResult;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stand-in for Job controller and kubelet, with the load runner's program as a process. */
class LocalJobsTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @TempDir private Path folder;
  private final LocalApiServer server = LocalApiServer.start(InstantSource.system());
  private final KubernetesClient client = server.client();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private LocalJobs jobs;

  @BeforeEach
  void start() {
    jobs =
        LocalJobs.start(
            server.resources(),
            InstantSource.system(),
            new LocalJobs.Settings(folder, Map.of(), Map.of("claim", folder), lines::add));
  }

  @AfterEach
  void stop() {
    jobs.close();
    client.close();
    server.close();
  }

  private void create(String arguments, String more, String environment) {
    create(arguments, more, environment, "");
  }

  private void create(String arguments, String more, String environment, String volumes) {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: j, namespace: default}
                spec:
                  completionMode: Indexed
                  completions: 1
                  parallelism: 1
                  backoffLimitPerIndex: 0
                  %s
                  template:
                    metadata: {labels: {loadline.dev/run: r}}
                    spec:
                      restartPolicy: Never
                      terminationGracePeriodSeconds: 15
                      %s
                      containers: [{name: runner, image: loadline/runner, args: %s, env: %s}]
                """
                    .formatted(more, volumes, arguments, environment),
                Job.class))
        .create();
  }

  private Pod awaitPod(Predicate<Pod> wanted) {
    await().atMost(LIMIT).until(() -> client.pods().list().getItems().stream().anyMatch(wanted));
    return client.pods().list().getItems().getFirst();
  }

  private static ContainerStatus container(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst();
  }

  private static boolean in(String phase, Pod pod) {
    return pod.getStatus() != null && phase.equals(pod.getStatus().getPhase());
  }

  private List<String> jobConditions() {
    return client.batch().v1().jobs().withName("j").get().getStatus().getConditions().stream()
        .filter(condition -> condition.getStatus().equals("True"))
        .map(JobCondition::getType)
        .toList();
  }

  @Test
  void aProcessThatEndsWellCompletesItsJob() {
    create("[--help]", "", "[]");
    Pod pod = awaitPod(one -> in("Succeeded", one));
    assertThat(pod.getMetadata().getLabels())
        .containsEntry("loadline.dev/run", "r")
        .containsEntry("batch.kubernetes.io/job-name", "j");
    assertThat(container(pod).getState().getTerminated().getReason()).isEqualTo("Completed");
    assertThat(container(pod).getState().getTerminated().getExitCode()).isZero();
    await().atMost(LIMIT).until(() -> jobConditions().contains("Complete"));
    assertThat(client.batch().v1().jobs().withName("j").get().getStatus().getCompletedIndexes())
        .isEqualTo("0");
    assertThat(lines).anyMatch(line -> line.contains("Usage: loadline"));
  }

  @Test
  void exitCodeAndTerminationMessageAreInThePodsStatus() {
    create("[run]", "", "[{name: LOADLINE_PLAN, value: '{}'}]");
    Pod pod = awaitPod(one -> in("Failed", one));
    assertThat(container(pod).getState().getTerminated().getExitCode()).isEqualTo(64);
    assertThat(ResultCodec.decode(container(pod).getState().getTerminated().getMessage()))
        .isInstanceOfSatisfying(
            ResultCodec.Decoded.Read.class,
            read ->
                assertThat(read.result().outcome()).isEqualTo(RunResult.Outcome.BAD_CONFIGURATION));
    await().atMost(LIMIT).until(() -> jobConditions().contains("Failed"));
  }

  @Test
  void aMissingConfigMapHoldsThePodAndAnEventSaysSo() throws IOException {
    create(
        "[--help]",
        "",
        "[]",
        "volumes: [{name: data, configMap: {name: c, items: [{key: k, path: k}]}}]");
    Pod pod = awaitPod(one -> in("Pending", one) && container(one).getState().getWaiting() != null);
    assertThat(container(pod).getState().getWaiting().getReason()).isEqualTo("ContainerCreating");
    assertThat(client.v1().events().inNamespace("default").list().getItems())
        .filteredOn(event -> "FailedMount".equals(event.getReason()))
        .singleElement()
        .extracting(Event::getMessage)
        .isEqualTo("MountVolume.SetUp failed for volume \"data\" : configmap \"c\" not found");
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("c")
                .withNamespace("default")
                .endMetadata()
                .addToBinaryData("k", "AAH/")
                .build())
        .create();
    Pod ended = awaitPod(one -> in("Succeeded", one));
    Path file = folder.resolve(ended.getMetadata().getName() + ".data").resolve("k");
    assertThat(Files.readAllBytes(file)).containsExactly(0, 1, 0xff);
  }

  @Test
  void aMissingSecretHoldsTheContainerUntilItIsThere() {
    create(
        "[--help]",
        "",
        "[{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: B, value: '$(A)'}]");
    Pod pod = awaitPod(one -> in("Pending", one) && container(one).getState().getWaiting() != null);
    assertThat(container(pod).getState().getWaiting().getReason())
        .isEqualTo("CreateContainerConfigError");
    assertThat(container(pod).getState().getWaiting().getMessage())
        .isEqualTo("secret \"s\" not found");
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("s")
                .withNamespace("default")
                .endMetadata()
                .addToStringData("k", "value")
                .build())
        .create();
    awaitPod(one -> in("Succeeded", one));
  }

  @Test
  void aVariableThatNoProcessCanHaveIsToldWithoutItsValue() {
    create("[--help]", "", "[{name: A, value: \"canary\\0\"}]");
    Pod pod = awaitPod(one -> in("Pending", one) && container(one).getState().getWaiting() != null);
    assertThat(container(pod).getState().getWaiting().getReason())
        .isEqualTo("CreateContainerError");
    assertThat(container(pod).getState().getWaiting().getMessage())
        .isEqualTo("name or value of a variable cannot be given to a process");
    assertThat(jobs.defect()).isEmpty();
  }

  @Test
  void aDefectOfItsOwnIsToldInsteadOfHidden() {
    InstantSource broken =
        () -> {
          throw new IllegalStateException("the clock stands");
        };
    try (LocalJobs failing =
        LocalJobs.start(
            server.resources(),
            broken,
            new LocalJobs.Settings(folder, Map.of(), Map.of("claim", folder), lines::add))) {
      create("[--help]", "", "[]");
      await().atMost(LIMIT).until(() -> failing.defect().isPresent());
      assertThat(failing.defect()).contains("IllegalStateException: the clock stands");
    }
  }

  @Test
  void aJobThatTakesTooLongFailsAndItsProcessEnds() {
    create("[simulate, --port, '0']", "activeDeadlineSeconds: 1", "[]");
    await().atMost(LIMIT).until(() -> jobConditions().contains("Failed"));
    await().atMost(LIMIT).until(() -> client.pods().list().getItems().isEmpty());
    awaitNoSimulator();
  }

  @Test
  void aJobThatIsDeletedTakesItsProcessAlong() {
    create("[simulate, --port, '0']", "", "[]");
    await().atMost(LIMIT).until(() -> lines.stream().anyMatch(line -> line.contains("listening")));
    client
        .batch()
        .v1()
        .jobs()
        .withName("j")
        .withPropagationPolicy(DeletionPropagation.FOREGROUND)
        .delete();
    await().atMost(LIMIT).until(() -> client.batch().v1().jobs().withName("j").get() == null);
    assertThat(client.pods().list().getItems()).isEmpty();
    // It was asked to end, not killed.
    await().atMost(LIMIT).until(() -> lines.stream().anyMatch(line -> line.equals("Stopped.")));
    awaitNoSimulator();
  }

  private static void awaitNoSimulator() {
    await()
        .atMost(LIMIT)
        .until(() ->
            ProcessHandle.current()
                .children()
                .noneMatch(child -> child.info().commandLine().orElse("").contains(" simulate ")));
  }
}
