package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import java.util.Optional;

/**
 * An object that a file holds.
 *
 * @param file as the user named it
 * @param document its place in the file, from 1
 * @param object as it is written
 */
record Manifest(String file, int document, ObjectNode object) {

  String apiVersion() {
    return object.path("apiVersion").asText("");
  }

  String kind() {
    return object.path("kind").asText("");
  }

  String name() {
    return object.path("metadata").path("name").asText("");
  }

  String namespace() {
    String written = object.path("metadata").path("namespace").asText("");
    return written.isEmpty() ? "default" : written;
  }

  boolean isTest() {
    return kind().equals(Api.LOAD_TEST);
  }

  boolean isRun() {
    return kind().equals(Api.LOAD_TEST_RUN);
  }

  /** True if this run is the manifest's, or one of the test that the manifest is. */
  boolean owns(LoadTestRun run) {
    if (!run.getMetadata().getNamespace().equals(namespace())) {
      return false;
    }
    return isRun()
        ? run.getMetadata().getName().equals(name())
        : Optional.ofNullable(run.getMetadata().getLabels())
            .map(labels -> labels.get(Api.TEST_LABEL))
            .filter(name()::equals)
            .isPresent();
  }

  /** For messages: {@code LoadTest nightly}. */
  String title() {
    String base = object.path("metadata").path("generateName").asText("");
    String name = name().isEmpty() && !base.isEmpty() ? base + "…" : name();
    return (kind() + " " + name).strip();
  }

  /** For messages: {@code document 2, LoadTest nightly}. */
  String place() {
    return "document " + document + (title().isEmpty() ? "" : ", " + title());
  }

  /** The spec of the test, in whichever kind. */
  JsonNode testSpec() {
    return isRun() ? object.path("spec").path("test") : object.path("spec");
  }

  /** Where the test's spec is within the object. */
  String testPath() {
    return isRun() ? "spec.test" : "spec";
  }
}
