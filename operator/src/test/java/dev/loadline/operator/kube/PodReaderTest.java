package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.run.PodHealth;
import dev.loadline.operator.run.RunFacts;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pod statuses as kubelet, scheduler and control plane write them, one file each. */
class PodReaderTest {
  private static final Path PODS = Path.of("src/test/resources/kube/pods");
  private static final Instant SCHEDULED = Instant.parse("2026-11-24T02:00:01Z");
  private static final Instant LATE = Instant.parse("2026-11-24T03:00:00Z");
  private static final Instant READY = Instant.parse("2026-11-24T02:00:09Z");

  private static final Map<String, PodHealth> EXPECTED =
      Map.ofEntries(
          Map.entry("new", new PodHealth.Starting()),
          Map.entry(
              "unschedulable",
              new PodHealth.Unschedulable("0/3 nodes are available: 3 Insufficient cpu.")),
          Map.entry(
              "claim-missing",
              new PodHealth.ConfigTrouble(
                  "persistentvolumeclaim \"prompts\" not found", SCHEDULED)),
          Map.entry("creating", new PodHealth.Starting()),
          Map.entry(
              "image-back-off",
              new PodHealth.ImageTrouble(
                  "ImagePullBackOff: Back-off pulling image \"loadline/absent:1\"",
                  false,
                  SCHEDULED)),
          Map.entry(
              "image-name-invalid",
              new PodHealth.ImageTrouble(
                  "InvalidImageName: Failed to apply default image tag \"UPPER:bad\": couldn't"
                      + " parse image name",
                  true,
                  SCHEDULED)),
          Map.entry(
              "secret-missing",
              new PodHealth.ConfigTrouble(
                  "CreateContainerConfigError: secret \"gateway-key\" not found", SCHEDULED)),
          Map.entry("running-not-ready", new PodHealth.Starting()),
          Map.entry("ready", new PodHealth.Ready(READY)),
          Map.entry(
              "node-lost", new PodHealth.NodeLost(Instant.parse("2026-11-24T02:03:40Z"), true)),
          Map.entry(
              "terminating-past-its-time",
              new PodHealth.NodeLost(Instant.parse("2026-11-24T02:04:30Z"), true)),
          Map.entry(
              "measured",
              new PodHealth.Ended(
                  Optional.of(0), Optional.empty(), Optional.empty(), "LOADLINE-RESULT", true)),
          Map.entry(
              "unreachable-before-load",
              new PodHealth.Ended(
                  Optional.of(69),
                  Optional.empty(),
                  Optional.empty(),
                  "refused the connection",
                  false)),
          Map.entry(
              "out-of-memory-before-load",
              new PodHealth.Ended(
                  Optional.of(137), Optional.of("1Gi"), Optional.empty(), "", false)),
          Map.entry(
              "out-of-memory-during-load",
              new PodHealth.Ended(
                  Optional.of(137), Optional.of("1Gi"), Optional.empty(), "", true)),
          Map.entry(
              "evicted-during-load",
              new PodHealth.Ended(
                  Optional.of(143),
                  Optional.empty(),
                  Optional.of(
                      "TerminationByKubelet: The node was low on resource: ephemeral-storage."),
                  "LOADLINE-RESULT",
                  true)),
          Map.entry(
              "deleted-during-load",
              new PodHealth.Ended(
                  Optional.of(143),
                  Optional.empty(),
                  Optional.of("its pod was deleted"),
                  "LOADLINE-RESULT",
                  true)),
          Map.entry(
              "refused-by-node",
              new PodHealth.Ended(
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of("OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu"),
                  "",
                  false)),
          Map.entry(
              "collected-with-its-node",
              new PodHealth.Ended(
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of("DeletionByPodGC: PodGC: node no longer exists"),
                  "",
                  true)),
          Map.entry(
              "cannot-start",
              new PodHealth.Ended(
                  Optional.of(128),
                  Optional.empty(),
                  Optional.empty(),
                  "exec: \"run\": executable file not found in $PATH",
                  false)));

  private final KubernetesSerialization serialization = new KubernetesSerialization();

  static Stream<String> files() throws IOException {
    try (Stream<Path> files = Files.list(PODS)) {
      return files
          .map(file -> file.getFileName().toString().replace(".yaml", ""))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void readsWhatThePodStatusSays(String file) throws IOException {
    assertThat(read(file).health()).isEqualTo(EXPECTED.get(file));
  }

  @Test
  void hasAFileForEachRow() throws IOException {
    assertThat(files()).containsExactlyInAnyOrderElementsOf(EXPECTED.keySet());
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T02:04:00Z, false",
    "2026-11-24T02:04:29Z, false",
    "2026-11-24T02:04:30Z, true"
  })
  void aPodThatIsToldToGoIsNotLostBeforeItShouldBeGone(Instant now, boolean lost)
      throws IOException {
    PodHealth health = read("terminating-past-its-time", now).health();
    assertThat(health).isInstanceOf(lost ? PodHealth.NodeLost.class : PodHealth.Ready.class);
    assertThat(health.loadSince())
        .hasValueSatisfying(since -> assertThat(since).isBeforeOrEqualTo(now));
  }

  private RunFacts.Pod read(String file) throws IOException {
    return read(file, LATE);
  }

  private RunFacts.Pod read(String file, Instant now) throws IOException {
    Pod pod = serialization.unmarshal(Files.readString(PODS.resolve(file + ".yaml")), Pod.class);
    return new PodReader(pod, now).read();
  }
}
