package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.local.apiserver.Place;
import dev.loadline.operator.local.apiserver.Refusal;
import dev.loadline.operator.local.apiserver.ResourceType;
import dev.loadline.operator.local.apiserver.Resources;
import dev.loadline.operator.local.apiserver.WriteOptions;
import dev.loadline.runner.contract.Environment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** The volume of a pod as a folder of this machine, made as a kubelet does it. */
final class PodVolumes {
  private static final WriteOptions KUBELET = WriteOptions.by("kubelet");

  private final Resources resources;
  private final LocalJobs.Settings settings;

  PodVolumes(Resources resources, LocalJobs.Settings settings) {
    this.resources = resources;
    this.settings = settings;
  }

  /** What became of a pod's volume. */
  sealed interface Mounted {
    /** The pod has none. */
    record Nothing() implements Mounted {}

    /** It is this folder. */
    record Folder(Path path) implements Mounted {}

    /** What it is made of does not exist; an event says so. */
    record Missing() implements Mounted {}
  }

  Mounted mount(ObjectNode pod, Instant now) {
    JsonNode volume = pod.path("spec").path("volumes").path(0);
    if (volume.isMissingNode()) {
      return new Mounted.Nothing();
    }
    JsonNode claim = volume.path("persistentVolumeClaim").path("claimName");
    if (claim.isTextual()) {
      Optional<Path> folder = Optional.ofNullable(settings.claims().get(claim.asText()));
      return folder
          .<Mounted>map(Mounted.Folder::new)
          .orElseGet(() ->
              missing(
                  pod, volume, "persistentvolumeclaim \"" + claim.asText() + "\" not found", now));
    }
    return configMap(pod, volume, now);
  }

  private Mounted configMap(ObjectNode pod, JsonNode volume, Instant now) {
    String namespace = pod.path("metadata").path("namespace").asText();
    String name = volume.path("configMap").path("name").asText();
    Optional<ObjectNode> object = resources.get(new Place(type("ConfigMap"), namespace, name));
    if (object.isEmpty()) {
      return missing(pod, volume, "configmap \"" + name + "\" not found", now);
    }
    JsonNode item = volume.path("configMap").path("items").path(0);
    String key = item.path("key").asText();
    Optional<byte[]> content = content(object.get(), key);
    if (content.isEmpty()) {
      return missing(pod, volume, "configmap references non-existent config key: " + key, now);
    }
    Path folder = settings.folder().resolve(pod.path("metadata").path("name").asText() + ".data");
    write(folder, item.path("path").asText(), content.get());
    return new Mounted.Folder(folder);
  }

  /** What a ConfigMap has under a key. */
  static Optional<byte[]> content(JsonNode configMap, String key) {
    JsonNode text = configMap.path("data").path(key);
    JsonNode binary = configMap.path("binaryData").path(key);
    if (text.isMissingNode() && binary.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(
        text.isMissingNode()
            ? Base64.getDecoder().decode(binary.asText())
            : text.asText().getBytes(StandardCharsets.UTF_8));
  }

  static void write(Path folder, String name, byte[] content) {
    try {
      Files.createDirectories(folder);
      Files.write(folder.resolve(name), content);
    } catch (IOException failed) {
      throw new UncheckedIOException("a file cannot be written to " + folder, failed);
    }
  }

  private ResourceType type(String kind) {
    return resources.type("v1", kind).orElseThrow();
  }

  /** The pod's status has no word for it. */
  private Mounted missing(ObjectNode pod, JsonNode volume, String why, Instant now) {
    JsonNode metadata = pod.path("metadata");
    String namespace = metadata.path("namespace").asText();
    String name = metadata.path("name").asText() + ".failed-mount";
    if (resources.get(new Place(type("Event"), namespace, name)).isEmpty()) {
      ObjectNode event = JsonNodeFactory.instance.objectNode();
      event.put("apiVersion", "v1").put("kind", "Event");
      event.putObject("metadata").put("name", name).put("namespace", namespace);
      event
          .putObject("involvedObject")
          .put("kind", "Pod")
          .put("namespace", namespace)
          .put("name", metadata.path("name").asText())
          .put("uid", metadata.path("uid").asText());
      String volumeName = volume.path("name").asText();
      event
          .put("type", "Warning")
          .put("reason", "FailedMount")
          .put("message", "MountVolume.SetUp failed for volume \"" + volumeName + "\" : " + why)
          .put("lastTimestamp", now.truncatedTo(ChronoUnit.SECONDS).toString());
      create(event, namespace);
    }
    return new Mounted.Missing();
  }

  private void create(ObjectNode event, String namespace) {
    try {
      resources.create(type("Event"), namespace, event, KUBELET);
    } catch (Refusal refused) {
      // As of a kubelet: an event that is not taken is lost.
    }
  }

  /** The variables of a container that has the volume. */
  static Map<String, String> variables(Mounted mounted) {
    return switch (mounted) {
      case Mounted.Nothing ignored -> Map.of();
      case Mounted.Missing ignored -> Map.of();
      case Mounted.Folder folder -> Map.of(Environment.DATA, folder.path().toString());
    };
  }
}
