package dev.loadline.operator.local.apiserver;

import java.util.List;
import java.util.Optional;

/**
 * A kind that the server stores.
 *
 * @param group API group, empty for the core group
 * @param status has a status subresource
 * @param schema structural schema of a custom resource; absent for built-in kinds
 */
public record ResourceType(
    String group,
    String version,
    String kind,
    String plural,
    String singular,
    List<String> shortNames,
    List<String> categories,
    boolean namespaced,
    boolean status,
    Optional<Schema> schema,
    List<Column> columns) {
  /** Copies the lists. */
  public ResourceType {
    shortNames = List.copyOf(shortNames);
    categories = List.copyOf(categories);
    columns = List.copyOf(columns);
  }

  /** {@code v1}, {@code batch/v1}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** {@code pods}, {@code jobs.batch}. */
  String qualified() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** What objects are checked against. */
  Schema shape() {
    return schema.orElseGet(() -> group.isEmpty() ? Schema.ofBuiltIn(kind) : Schema.ANYTHING);
  }

  boolean is(String otherGroup, String otherKind) {
    return group.equals(otherGroup) && kind.equals(otherKind);
  }
}
