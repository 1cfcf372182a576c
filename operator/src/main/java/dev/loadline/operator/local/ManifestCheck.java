package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.local.apiserver.Admission;
import dev.loadline.operator.local.apiserver.FieldProblem;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.operator.local.apiserver.ResourceType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that is wrong with manifests: kind, names, unknown fields, schema, rules, what the
 * spec means, the Secrets and ConfigMaps that it names, and what is in datasets and traces.
 */
final class ManifestCheck {
  private static final String API_VERSION = Api.GROUP + "/" + Api.VERSION;
  private static final List<String> OWN = List.of(Api.LOAD_TEST, Api.LOAD_TEST_RUN);
  private static final List<String> OTHER = List.of("Secret", "ConfigMap");

  private final List<InputProblem> problems = new ArrayList<>();
  private final ReferenceCheck references;
  private final WorkloadCheck data;

  private ManifestCheck(List<Manifest> manifests, Map<String, Path> claims) {
    this.references = new ReferenceCheck(manifests);
    this.data = new WorkloadCheck(manifests, claims);
  }

  /**
   * What is wrong whatever is meant to happen with them.
   *
   * @param claims folders that stand for claims, by their names
   */
  static List<InputProblem> check(List<Manifest> manifests, Map<String, Path> claims) {
    ManifestCheck check = new ManifestCheck(manifests, claims);
    Map<String, Manifest> seen = new HashMap<>();
    for (Manifest manifest : manifests) {
      if (isForeign(manifest)) {
        continue;
      }
      String identity =
          String.join(
              "/", manifest.apiVersion(), manifest.kind(), manifest.namespace(), manifest.name());
      Manifest first = manifest.name().isEmpty() ? null : seen.putIfAbsent(identity, manifest);
      if (first != null) {
        check.add(
            manifest,
            "is there more than once, first in %s as document %d: give each object a name of its own"
                .formatted(first.file(), first.document()));
      }
      check.manifest(manifest);
    }
    return check.problems;
  }

  /**
   * What cannot be run here although a cluster may take it.
   *
   * @param claims folders that stand for claims, by their names
   */
  static List<InputProblem> local(List<Manifest> manifests, Map<String, Path> claims) {
    ManifestCheck check = new ManifestCheck(manifests, claims);
    for (Manifest manifest : manifests) {
      if (isForeign(manifest)) {
        check.add(
            manifest,
            "kind "
                + manifest.kind()
                + " of "
                + manifest.apiVersion()
                + " means nothing without a cluster: leave it out");
      } else if (manifest.isTest() || manifest.isRun()) {
        check.runnable(manifest, claims.keySet());
      }
    }
    if (manifests.stream().noneMatch(manifest -> manifest.isTest() || manifest.isRun())
        && !manifests.isEmpty()) {
      String file = manifests.getFirst().file();
      String none = "there is no LoadTest and no LoadTestRun to run";
      check.problems.add(new InputProblem(file, Optional.empty(), none));
    }
    return check.problems;
  }

  /** An object that is none of Loadline's business: it may stand in a file, and is not checked. */
  static boolean isForeign(Manifest manifest) {
    return !isOwn(manifest.kind())
        && !OTHER.contains(manifest.kind())
        && !manifest.kind().isEmpty()
        && !manifest.apiVersion().isEmpty()
        && !isOwnGroup(manifest.apiVersion());
  }

  private static boolean isOwn(String kind) {
    return OWN.stream().anyMatch(one -> one.equalsIgnoreCase(kind));
  }

  private static boolean isOwnGroup(String apiVersion) {
    return apiVersion.equals(Api.GROUP) || apiVersion.startsWith(Api.GROUP + "/");
  }

  private void add(Manifest manifest, String text) {
    problems.add(new InputProblem(manifest.file(), Optional.of(manifest.place()), text));
  }

  private void manifest(Manifest manifest) {
    Optional<ResourceType> type = LocalApiServer.type(manifest.apiVersion(), manifest.kind());
    if (type.isEmpty()) {
      unknown(manifest);
      return;
    }
    ObjectNode copy = manifest.object().deepCopy();
    List<FieldProblem> found = Admission.problems(type.get(), copy);
    List<String> sentences = new ArrayList<>();
    if (manifest.isTest() || manifest.isRun()) {
      Manifest filled = new Manifest(manifest.file(), manifest.document(), copy);
      sentences.addAll(MeaningCheck.sentences(filled, found));
      sentences.addAll(references.wrong(manifest));
      if (sentences.isEmpty()) {
        sentences.addAll(data.problems(filled));
      }
    } else {
      found.forEach(problem -> sentences.add(problem.sentence()));
    }
    DocumentOrder.sorted(manifest.object(), sentences).forEach(sentence -> add(manifest, sentence));
  }

  /** Says what apiVersion and kind must be. */
  private void unknown(Manifest manifest) {
    String kind = manifest.kind();
    String apiVersion = manifest.apiVersion();
    String wanted = OTHER.contains(kind) ? "v1" : API_VERSION;
    if (apiVersion.isEmpty()) {
      add(manifest, "apiVersion: is missing: that of LoadTest and LoadTestRun is " + API_VERSION);
    } else if (!apiVersion.equals(wanted)) {
      String of = OTHER.contains(kind) ? kind : "LoadTest and LoadTestRun";
      add(manifest, "apiVersion: '" + apiVersion + "' is unknown: that of " + of + " is " + wanted);
    }
    String kinds = API_VERSION + " has the kinds LoadTest and LoadTestRun";
    if (kind.isEmpty()) {
      add(manifest, "kind: is missing: " + kinds);
    } else if (!OWN.contains(kind) && !OTHER.contains(kind)) {
      add(manifest, "kind: '" + kind + "' is unknown: " + kinds);
    }
  }

  private void runnable(Manifest manifest, Set<String> claims) {
    if (manifest.name().isEmpty() && manifest.object().at("/metadata/generateName").isTextual()) {
      add(manifest, "metadata.name: is needed here: generateName is for kubectl create");
    }
    if (manifest.testSpec().path("target").has("service")) {
      add(
          manifest,
          manifest.testPath()
              + ".target.service: a Service can only be found in a cluster: use url here, for"
              + " example with kubectl port-forward and http://127.0.0.1:8000/v1");
    }
    for (String kind : List.of("dataset", "trace")) {
      JsonNode claim =
          manifest.testSpec().path("workload").path(kind).path("persistentVolumeClaim");
      if (claim.isObject() && !claims.contains(claim.path("claimName").asText())) {
        add(
            manifest,
            manifest.testPath()
                + ".workload."
                + kind
                + ".persistentVolumeClaim: a claim can only be found in a cluster: say where its"
                + " files are here, --data "
                + claim.path("claimName").asText()
                + "=FOLDER");
      }
    }
    references.missing(manifest).forEach(sentence -> add(manifest, sentence));
  }
}
