package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the server offers: groups, versions, resources, and as much OpenAPI as kubectl asks for. */
final class Discovery {
  private static final List<String> VERBS =
      List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  private final ResourceTypes types;

  Discovery(ResourceTypes types) {
    this.types = types;
  }

  /** The answer to a path of discovery; empty if it is none. */
  Optional<ObjectNode> answer(List<String> path) {
    String whole = String.join("/", path);
    if (whole.equals("api")) {
      ObjectNode versions = Json.object().put("kind", "APIVersions");
      versions.putArray("versions").add("v1");
      return Optional.of(versions);
    }
    if (whole.equals("apis")) {
      return Optional.of(groups());
    }
    if (whole.equals("version")) {
      String version = "v1.35.0+loadline";
      return Optional.of(
          Json.object().put("major", "1").put("minor", "35").put("gitVersion", version));
    }
    if (whole.equals("openapi/v3")) {
      return Optional.of(openApiPaths());
    }
    if (whole.startsWith("openapi/v3/")) {
      String apiVersion = whole.substring("openapi/v3/".length()).replaceFirst("^apis?/", "");
      return offers(apiVersion).isEmpty() ? Optional.empty() : Optional.of(openApi(apiVersion));
    }
    if (path.size() == 2 && path.getFirst().equals("apis")) {
      return groupNames().contains(path.get(1))
          ? Optional.of(group(path.get(1)))
          : Optional.empty();
    }
    boolean core = path.size() == 2 && path.getFirst().equals("api");
    if (core || (path.size() == 3 && path.getFirst().equals("apis"))) {
      String apiVersion = String.join("/", path.subList(1, path.size()));
      return offers(apiVersion).isEmpty() ? Optional.empty() : Optional.of(resources(apiVersion));
    }
    return Optional.empty();
  }

  private List<ResourceType> offers(String apiVersion) {
    return types.all().stream().filter(type -> type.apiVersion().equals(apiVersion)).toList();
  }

  private Set<String> groupNames() {
    Set<String> names = new LinkedHashSet<>();
    types.all().stream()
        .map(ResourceType::group)
        .filter(group -> !group.isEmpty())
        .forEach(names::add);
    return names;
  }

  private ObjectNode groups() {
    ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
    ArrayNode groups = list.putArray("groups");
    groupNames().forEach(name -> groups.add(group(name)));
    return list;
  }

  private ObjectNode group(String name) {
    ResourceType any =
        types.all().stream().filter(type -> type.group().equals(name)).findFirst().orElseThrow();
    ObjectNode group = Json.object().put("kind", "APIGroup").put("apiVersion", "v1");
    group.put("name", name);
    for (ObjectNode version :
        List.of(group.putArray("versions").addObject(), group.putObject("preferredVersion"))) {
      version.put("groupVersion", any.apiVersion()).put("version", any.version());
    }
    return group;
  }

  private ObjectNode resources(String apiVersion) {
    ObjectNode list = Json.object().put("kind", "APIResourceList").put("apiVersion", "v1");
    list.put("groupVersion", apiVersion);
    ArrayNode resources = list.putArray("resources");
    for (ResourceType type : offers(apiVersion)) {
      ObjectNode one = resources.addObject();
      one.put("name", type.plural()).put("singularName", type.singular());
      one.put("namespaced", type.namespaced()).put("kind", type.kind());
      ArrayNode verbs = one.putArray("verbs");
      VERBS.forEach(verbs::add);
      ArrayNode shortNames = one.putArray("shortNames");
      type.shortNames().forEach(shortNames::add);
      ArrayNode categories = one.putArray("categories");
      type.categories().forEach(categories::add);
      if (type.status()) {
        ObjectNode status = resources.addObject();
        status.put("name", type.plural() + "/status").put("singularName", "");
        status.put("namespaced", type.namespaced()).put("kind", type.kind());
        status.putArray("verbs").add("get").add("patch").add("update");
      }
    }
    return list;
  }

  private ObjectNode openApiPaths() {
    ObjectNode answer = Json.object();
    ObjectNode paths = answer.putObject("paths");
    for (ResourceType type : types.all()) {
      String path = (type.group().isEmpty() ? "api/" : "apis/") + type.apiVersion();
      paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=1");
    }
    return answer;
  }

  /** Says which kinds take patches with field validation, and what their fields are. */
  private ObjectNode openApi(String apiVersion) {
    ObjectNode document = Json.object().put("openapi", "3.0.0");
    document.putObject("info").put("title", "Loadline local mode").put("version", "v1");
    ObjectNode paths = document.putObject("paths");
    ObjectNode schemas = document.putObject("components").putObject("schemas");
    for (ResourceType type : offers(apiVersion)) {
      String scope = type.namespaced() ? "/namespaces/{namespace}/" : "/";
      ObjectNode patch =
          paths
              .putObject(
                  (type.group().isEmpty() ? "/api/" : "/apis/")
                      + apiVersion
                      + scope
                      + type.plural()
                      + "/{name}")
              .putObject("patch");
      patch.putObject("responses").putObject("200").put("description", "OK");
      patch.set("x-kubernetes-group-version-kind", groupVersionKind(type));
      for (String parameter : List.of("fieldValidation", "fieldManager", "dryRun", "force")) {
        ObjectNode one = patch.withArray("/parameters").addObject();
        one.put("name", parameter).put("in", "query").putObject("schema").put("type", "string");
      }
      ObjectNode schema =
          type.schema()
              .map(is -> (ObjectNode) is.raw().deepCopy())
              .orElseGet(() -> Json.object().put("type", "object"));
      schema.putArray("x-kubernetes-group-version-kind").add(groupVersionKind(type));
      schemas.set(type.group() + "." + type.version() + "." + type.kind(), schema);
    }
    return document;
  }

  private static ObjectNode groupVersionKind(ResourceType type) {
    return Json.object()
        .put("group", type.group())
        .put("version", type.version())
        .put("kind", type.kind());
  }
}
