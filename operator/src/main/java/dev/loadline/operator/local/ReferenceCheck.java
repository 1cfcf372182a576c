package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.loadline.operator.local.apiserver.DataCheck;
import dev.loadline.operator.plan.PemCertificates;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What tests refer to: keys of Secrets and ConfigMaps in the same files. */
final class ReferenceCheck {
  private static final String SECRET = "Secret";
  private static final String CONFIG_MAP = "ConfigMap";
  private static final String CERTIFICATE = "tls.crt";
  private static final String CLIENT_CERTIFICATE = ".target.tls.clientCertificateSecretName";

  private final List<Manifest> manifests;

  /** Among these objects. */
  ReferenceCheck(List<Manifest> manifests) {
    this.manifests = manifests;
  }

  /** A key that a field names; a header's value has a form of its own. */
  private record Reference(String field, String kind, String name, String key, boolean header) {}

  /** What is wrong with the objects that are there; the others may be in the cluster. */
  List<String> wrong(Manifest test) {
    List<String> wrong = new ArrayList<>();
    for (Reference reference : references(test)) {
      found(test, reference).ifPresent(object -> wrong.addAll(wrong(reference, object)));
    }
    return wrong;
  }

  /** What is not there: here is no cluster that may have it. */
  Set<String> missing(Manifest test) {
    // Two keys of one Secret are one problem.
    Set<String> missing = new LinkedHashSet<>();
    for (Reference reference : references(test)) {
      if (found(test, reference).isEmpty()) {
        missing.add(
            reference.field()
                + ": there is no "
                + reference.kind()
                + " "
                + reference.name()
                + " of namespace "
                + test.namespace()
                + " in the files: add it");
      }
    }
    return missing;
  }

  /** The objects and claims that it names and that are not in the files, as kind and name. */
  Set<String> unchecked(Manifest test) {
    Set<String> unchecked = new LinkedHashSet<>();
    for (Reference reference : references(test)) {
      if (found(test, reference).isEmpty()) {
        unchecked.add(reference.kind() + " " + reference.name());
      }
    }
    for (String source : List.of("dataset", "trace")) {
      String claim =
          test.testSpec().at("/workload/" + source + "/persistentVolumeClaim/claimName").asText("");
      if (!claim.isEmpty()) {
        unchecked.add("PersistentVolumeClaim " + claim);
      }
    }
    return unchecked;
  }

  private Optional<Manifest> found(Manifest test, Reference reference) {
    return manifests.stream()
        .filter(one -> one.kind().equals(reference.kind()) && one.name().equals(reference.name()))
        .filter(one -> one.namespace().equals(test.namespace()))
        .findFirst();
  }

  private static List<String> wrong(Reference reference, Manifest object) {
    String what = reference.kind() + " " + reference.name();
    if (!has(object, reference.key())) {
      return List.of(reference.field() + ": " + what + " has no key " + reference.key());
    }
    if (reference.key().equals(CERTIFICATE) && reference.field().endsWith(CLIENT_CERTIFICATE)) {
      return DataCheck.value(object.object(), CERTIFICATE)
          .filter(text -> !PemCertificates.usable(text))
          .map(text ->
              reference.field()
                  + ": key tls.crt in "
                  + what
                  + " must hold PEM certificates (-----BEGIN CERTIFICATE-----) that can be read,"
                  + " and no keys")
          .stream()
          .toList();
    }
    // Text of another kind is a problem of the object itself.
    Optional<String> value =
        DataCheck.value(object.object(), reference.key()).filter(is -> reference.header());
    String of = reference.field() + ": the value of key " + reference.key() + " in " + what;
    // White space around it is left out: it comes from the file that a Secret was made of.
    if (value.filter(String::isBlank).isPresent()) {
      return List.of(of + " is empty");
    }
    return value
            .filter(text -> text.strip().chars().anyMatch(ReferenceCheck::breaksHeader))
            .isPresent()
        ? List.of(
            of
                + " has a line break or another character that no request header can hold: write"
                + " the key alone, on one line")
        : List.of();
  }

  private static boolean breaksHeader(int character) {
    return character < ' ' || character > '~';
  }

  private static boolean has(Manifest object, String key) {
    return List.of("data", "stringData", "binaryData").stream()
        .anyMatch(map -> object.object().path(map).has(key));
  }

  private static List<Reference> references(Manifest test) {
    JsonNode spec = test.testSpec();
    String path = test.testPath();
    List<Reference> references = new ArrayList<>();
    String key = ".target.auth.apiKeySecretRef";
    add(references, path + key, SECRET, spec.at("/target/auth/apiKeySecretRef"), true);
    JsonNode certificate = spec.at("/target/tls/clientCertificateSecretName");
    for (String part : List.of(CERTIFICATE, "tls.key")) {
      String name = certificate.asText("");
      if (!name.isEmpty()) {
        references.add(new Reference(path + CLIENT_CERTIFICATE, SECRET, name, part, false));
      }
    }
    for (String source : List.of("dataset", "trace")) {
      String field = path + ".workload." + source + ".configMap";
      add(references, field, CONFIG_MAP, spec.at("/workload/" + source + "/configMap"), false);
    }
    JsonNode headers = spec.at("/target/headers");
    for (int i = 0; i < headers.size(); i++) {
      String field = path + ".target.headers[" + i + "].secretKeyRef";
      add(references, field, SECRET, headers.path(i).path("secretKeyRef"), true);
    }
    JsonNode variables = spec.at("/runner/env");
    for (int i = 0; i < variables.size(); i++) {
      JsonNode from = variables.path(i).path("valueFrom");
      String field = path + ".runner.env[" + i + "].valueFrom.";
      add(references, field + "secretKeyRef", SECRET, from.path("secretKeyRef"), false);
      add(references, field + "configMapKeyRef", CONFIG_MAP, from.path("configMapKeyRef"), false);
    }
    return references;
  }

  /** A reference that is not whole is a problem of the test itself. */
  private static void add(
      List<Reference> references, String field, String kind, JsonNode reference, boolean header) {
    String name = reference.path("name").asText("");
    String key = reference.path("key").asText("");
    if (!name.isEmpty() && !key.isEmpty()) {
      references.add(new Reference(field, kind, name, key, header));
    }
  }
}
