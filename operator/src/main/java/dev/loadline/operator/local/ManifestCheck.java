package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestSpec;
import dev.loadline.operator.local.apiserver.Admission;
import dev.loadline.operator.local.apiserver.FieldProblem;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.operator.local.apiserver.ResourceType;
import dev.loadline.operator.plan.Problem;
import dev.loadline.operator.plan.TestPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that is wrong with manifests: kind, unknown fields, schema, rules, and what the spec
 * means.
 */
final class ManifestCheck {
  private static final List<String> KINDS =
      List.of("LoadTest", "LoadTestRun", "Secret", "ConfigMap");
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final List<Manifest> manifests;
  private final List<InputProblem> problems = new ArrayList<>();

  private ManifestCheck(List<Manifest> manifests) {
    this.manifests = manifests;
  }

  /** What is wrong whatever is meant to happen with them. */
  static List<InputProblem> check(List<Manifest> manifests) {
    ManifestCheck check = new ManifestCheck(manifests);
    Set<String> seen = new HashSet<>();
    for (Manifest manifest : manifests) {
      if (isForeign(manifest)) {
        continue;
      }
      String identity =
          manifest.apiVersion()
              + "/"
              + manifest.kind()
              + "/"
              + manifest.namespace()
              + "/"
              + manifest.name();
      if (!manifest.name().isEmpty() && !seen.add(identity)) {
        check.add(manifest, "is there more than once: give each object a name of its own");
      }
      check.manifest(manifest);
    }
    return check.problems;
  }

  /** What cannot be run here although a cluster may take it. */
  static List<InputProblem> local(List<Manifest> manifests) {
    ManifestCheck check = new ManifestCheck(manifests);
    manifests.stream()
        .filter(ManifestCheck::isForeign)
        .forEach(manifest -> check.add(manifest, unknown(manifest)));
    manifests.stream()
        .filter(manifest -> manifest.isTest() || manifest.isRun())
        .forEach(check::runnable);
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
    return !KINDS.contains(manifest.kind())
        && !manifest.kind().isEmpty()
        && !manifest.apiVersion().isEmpty()
        && !manifest.apiVersion().startsWith(Api.GROUP + "/");
  }

  private static String unknown(Manifest manifest) {
    return "kind "
        + manifest.kind()
        + " of "
        + manifest.apiVersion()
        + " is unknown here: use "
        + KINDS
        + (KINDS.contains(manifest.kind()) ? " with the apiVersion of the examples" : "");
  }

  private void add(Manifest manifest, String text) {
    problems.add(new InputProblem(manifest.file(), Optional.of(manifest.place()), text));
  }

  private void manifest(Manifest manifest) {
    String apiVersion = manifest.apiVersion();
    if (manifest.kind().isEmpty() || apiVersion.isEmpty()) {
      add(manifest, "apiVersion and kind say what an object is: one of them is missing");
      return;
    }
    Optional<ResourceType> type = LocalApiServer.type(apiVersion, manifest.kind());
    if (type.isEmpty()) {
      add(manifest, unknown(manifest));
      return;
    }
    ObjectNode copy = manifest.object().deepCopy();
    List<FieldProblem> found = Admission.problems(type.get(), copy);
    found.forEach(problem -> add(manifest, problem.sentence()));
    if (manifest.isTest() || manifest.isRun()) {
      Set<String> troubled = new HashSet<>();
      found.forEach(problem -> troubled.add(problem.field()));
      meaning(manifest, new Manifest(manifest.file(), manifest.document(), copy), troubled);
    }
  }

  /** What the parser says about fields of which the schema has said nothing. */
  private void meaning(Manifest manifest, Manifest filled, Set<String> troubled) {
    Optional<LoadTestSpec> spec = spec(filled.testSpec());
    if (spec.isEmpty()) {
      return;
    }
    switch (TestPlan.parse(spec.get(), filled.namespace())) {
      case TestPlan.Parsed.Valid ignored -> {}
      case TestPlan.Parsed.Refused refused -> {
        for (Problem problem : refused.problems()) {
          String field = manifest.testPath() + problem.field().substring("spec".length());
          boolean known =
              troubled.stream()
                  .anyMatch(one -> field.startsWith(one) || one.startsWith(field + "."));
          if (!known) {
            add(manifest, field + ": " + problem.message());
          }
        }
      }
    }
  }

  private static Optional<LoadTestSpec> spec(JsonNode spec) {
    try {
      return Optional.ofNullable(JSON.convertValue(spec, LoadTestSpec.class));
    } catch (IllegalArgumentException wrongTypes) {
      // The schema has said so.
      return Optional.empty();
    }
  }

  private void runnable(Manifest manifest) {
    JsonNode spec = manifest.testSpec();
    if (spec.path("target").has("service")) {
      add(
          manifest,
          manifest.testPath()
              + ".target.service: a Service can only be found in a cluster: use url here, for"
              + " example with kubectl port-forward and http://127.0.0.1:8000/v1");
    }
    JsonNode target = spec.path("target");
    String path = manifest.testPath();
    reference(
        manifest,
        path + ".target.auth.apiKeySecretRef",
        "Secret",
        target.at("/auth/apiKeySecretRef"));
    for (int i = 0; i < target.path("headers").size(); i++) {
      JsonNode header = target.path("headers").path(i).path("secretKeyRef");
      reference(manifest, path + ".target.headers[" + i + "].secretKeyRef", "Secret", header);
    }
    JsonNode variables = spec.path("runner").path("env");
    for (int i = 0; i < variables.size(); i++) {
      JsonNode from = variables.path(i).path("valueFrom");
      String field = path + ".runner.env[" + i + "].valueFrom";
      reference(manifest, field + ".secretKeyRef", "Secret", from.path("secretKeyRef"));
      reference(manifest, field + ".configMapKeyRef", "ConfigMap", from.path("configMapKeyRef"));
    }
  }

  private void reference(Manifest manifest, String field, String kind, JsonNode reference) {
    if (reference.isMissingNode()) {
      return;
    }
    String name = reference.path("name").asText();
    String key = reference.path("key").asText();
    Optional<Manifest> found =
        manifests.stream()
            .filter(one -> one.kind().equals(kind) && one.name().equals(name))
            .filter(one -> one.namespace().equals(manifest.namespace()))
            .findFirst();
    if (found.isEmpty()) {
      add(
          manifest,
          field
              + ": there is no "
              + kind
              + " "
              + name
              + " of namespace "
              + manifest.namespace()
              + " in the files: add it");
    } else if (!found.get().object().path("data").has(key)
        && !found.get().object().path("stringData").has(key)) {
      add(manifest, field + ": " + kind + " " + name + " has no key " + key);
    }
  }
}
