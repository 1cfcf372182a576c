package dev.loadline.operator.local.apiserver;

import java.util.List;
import java.util.Optional;

/**
 * A path of the resource API, taken apart.
 *
 * @param namespace absent for kinds that have none, and where all namespaces are meant
 * @param name absent for collections
 * @param subresource empty for the object itself
 */
record Route(
    ResourceType type, Optional<String> namespace, Optional<String> name, String subresource) {

  /** {@code /api/v1/…} or {@code /apis/GROUP/VERSION/…}; empty if it leads nowhere. */
  static Optional<Route> of(List<String> path, ResourceTypes types) {
    int head = path.isEmpty() ? 0 : path.getFirst().equals("api") ? 2 : 3;
    if (path.size() <= head) {
      return Optional.empty();
    }
    String group = head == 2 ? "" : path.get(1);
    String version = path.get(head - 1);
    List<String> rest = path.subList(head, path.size());
    boolean inNamespace =
        rest.getFirst().equals("namespaces")
            && rest.size() > 2
            && !List.of("status", "finalize").contains(rest.get(2));
    Optional<String> namespace = inNamespace ? Optional.of(rest.get(1)) : Optional.empty();
    List<String> tail = inNamespace ? rest.subList(2, rest.size()) : rest;
    return types
        .find(group, version, tail.getFirst())
        .filter(type -> type.namespaced() || namespace.isEmpty())
        .filter(type -> tail.size() < 2 || !type.namespaced() || namespace.isPresent())
        .map(type ->
            new Route(
                type,
                namespace,
                tail.size() > 1 ? Optional.of(tail.get(1)) : Optional.empty(),
                String.join("/", tail.subList(Math.min(2, tail.size()), tail.size()))))
        .filter(Route::exists);
  }

  private boolean exists() {
    return subresource.isEmpty() || (subresource.equals("status") && type.status());
  }

  Place place() {
    return new Place(type, namespace.orElse(""), name.orElseThrow());
  }

  String verb(ApiRequest request) {
    return switch (request.method()) {
      case "GET" -> request.flag("watch") ? "watch" : name.isPresent() ? "get" : "list";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> name.isPresent() ? "delete" : "deletecollection";
      default -> throw Refusal.unsupported(405, "the server does not allow this method");
    };
  }

  Faults.Call call(String verb, ApiRequest request) {
    String named =
        verb.equals("create")
            ? request.object().path("metadata").path("name").asText("")
            : name.orElse("");
    return new Faults.Call(
        verb, type.plural(), namespace.orElse(""), named, subresource, request.userAgent());
  }
}
