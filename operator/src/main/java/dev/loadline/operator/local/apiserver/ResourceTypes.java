package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The kinds that the server knows: the built-in ones that it needs, and those of CRDs. */
final class ResourceTypes {
  private static final Column AGE = new Column("Age", "date", ".metadata.creationTimestamp", 0);
  private static final List<Column> EVENT_COLUMNS =
      List.of(
          new Column("Last Seen", "date", ".lastTimestamp", 0),
          new Column("Type", "string", ".type", 0),
          new Column("Reason", "string", ".reason", 0),
          new Column("Object", "string", ".involvedObject.name", 0),
          new Column("Message", "string", ".message", 0));

  private final List<ResourceType> types;

  private ResourceTypes(List<ResourceType> types) {
    this.types = List.copyOf(types);
  }

  /** The built-in kinds and those of these CRDs, files of the class path. */
  static ResourceTypes withCrds(List<String> files) {
    List<ResourceType> types = new ArrayList<>(builtIn());
    for (String file : files) {
      types.add(custom(Json.resource(file)));
    }
    return new ResourceTypes(types);
  }

  private static List<ResourceType> builtIn() {
    List<Column> phase = List.of(new Column("Status", "string", ".status.phase", 0), AGE);
    List<Column> job =
        List.of(
            new Column("Status", "string", ".status.conditions[-1:].type", 0),
            new Column("Completions", "string", ".status.succeeded", 0),
            AGE);
    return List.of(
        builtIn("", "Namespace", "namespaces", "ns", phase),
        builtIn("", "Pod", "pods", "po", phase),
        builtIn(
            "", "Secret", "secrets", "", List.of(new Column("Type", "string", ".type", 0), AGE)),
        builtIn("", "ConfigMap", "configmaps", "cm", List.of(AGE)),
        builtIn("", "Service", "services", "svc", List.of(AGE)),
        builtIn("", "Event", "events", "ev", EVENT_COLUMNS),
        builtIn("batch", "Job", "jobs", "", job),
        builtIn("coordination.k8s.io", "Lease", "leases", "", List.of(AGE)),
        builtIn("discovery.k8s.io", "EndpointSlice", "endpointslices", "", List.of(AGE)));
  }

  private static ResourceType builtIn(
      String group, String kind, String plural, String shortName, List<Column> columns) {
    boolean status = List.of("Namespace", "Pod", "Job", "Service").contains(kind);
    return new ResourceType(
        group,
        "v1",
        kind,
        plural,
        kind.toLowerCase(java.util.Locale.ROOT),
        shortName.isEmpty() ? List.of() : List.of(shortName),
        List.of(),
        !kind.equals("Namespace"),
        status,
        Optional.empty(),
        columns);
  }

  private static ResourceType custom(JsonNode crd) {
    JsonNode spec = crd.path("spec");
    JsonNode names = spec.path("names");
    JsonNode version = spec.path("versions").path(0);
    List<Column> columns = new ArrayList<>();
    version
        .path("additionalPrinterColumns")
        .forEach(column ->
            columns.add(
                new Column(
                    column.path("name").asText(),
                    column.path("type").asText(),
                    column.path("jsonPath").asText(),
                    column.path("priority").asInt())));
    return new ResourceType(
        spec.path("group").asText(),
        version.path("name").asText(),
        names.path("kind").asText(),
        names.path("plural").asText(),
        names.path("singular").asText(),
        texts(names.path("shortNames")),
        texts(names.path("categories")),
        spec.path("scope").asText().equals("Namespaced"),
        version.path("subresources").has("status"),
        Optional.of(new Schema(version.path("schema").path("openAPIV3Schema")).withMetadata()),
        columns.isEmpty() ? List.of(AGE) : columns);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  List<ResourceType> all() {
    return types;
  }

  Optional<ResourceType> find(String group, String version, String plural) {
    return types.stream()
        .filter(type -> type.group().equals(group))
        .filter(type -> type.version().equals(version) && type.plural().equals(plural))
        .findFirst();
  }

  Optional<ResourceType> ofKind(String apiVersion, String kind) {
    return types.stream()
        .filter(type -> type.apiVersion().equals(apiVersion) && type.kind().equals(kind))
        .findFirst();
  }
}
