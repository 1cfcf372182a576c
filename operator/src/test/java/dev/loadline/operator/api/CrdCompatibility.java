package dev.loadline.operator.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** What of a released CRD a newer one breaks. */
final class CrdCompatibility {
  private CrdCompatibility() {}

  /** Every break, each with the path of what it is in. */
  static List<String> breaks(JsonNode released, JsonNode now) {
    List<String> breaks = new ArrayList<>();
    for (String same :
        List.of(
            "/metadata/name",
            "/spec/group",
            "/spec/scope",
            "/spec/names/kind",
            "/spec/names/plural",
            "/spec/names/singular")) {
      if (!released.at(same).equals(now.at(same))) {
        breaks.add("%s %s is now %s".formatted(same, released.at(same), now.at(same)));
      }
    }
    for (String names : List.of("/spec/names/shortNames", "/spec/names/categories")) {
      for (JsonNode name : released.at(names)) {
        if (!contains(now.at(names), name)) {
          breaks.add("%s: %s is gone".formatted(names, name.asText()));
        }
      }
    }
    for (JsonNode version : released.at("/spec/versions")) {
      String name = version.path("name").asText();
      named(now.at("/spec/versions"), name)
          .ifPresentOrElse(
              newer -> versions(version, newer).forEach(found -> breaks.add(name + " " + found)),
              () -> breaks.add("version " + name + " is gone"));
    }
    return breaks;
  }

  private static List<String> versions(JsonNode released, JsonNode now) {
    List<String> breaks = new ArrayList<>();
    for (String flag : List.of("served", "storage")) {
      if (released.path(flag).asBoolean() && !now.path(flag).asBoolean()) {
        breaks.add("is no longer " + flag);
      }
    }
    released
        .path("subresources")
        .fieldNames()
        .forEachRemaining(name -> {
          if (!now.path("subresources").has(name)) {
            breaks.add("subresource " + name + " is gone");
          }
        });
    for (JsonNode column : released.path("additionalPrinterColumns")) {
      column(column, now.path("additionalPrinterColumns")).ifPresent(breaks::add);
    }
    breaks.addAll(
        SchemaCompatibility.breaks(
            released.at("/schema/openAPIV3Schema"), now.at("/schema/openAPIV3Schema")));
    return breaks;
  }

  /** A column stays, shows the same field in the same form and is not hidden. */
  private static Optional<String> column(JsonNode released, JsonNode columns) {
    String name = released.path("name").asText();
    Optional<JsonNode> now = named(columns, name);
    if (now.isEmpty()) {
      return Optional.of("column " + name + " is gone");
    }
    for (String same : List.of("jsonPath", "type", "format", "priority")) {
      JsonNode before = released.path(same);
      JsonNode after = now.get().path(same);
      if (!before.equals(after)) {
        return Optional.of("column %s: %s %s is now %s".formatted(name, same, before, after));
      }
    }
    return Optional.empty();
  }

  private static Optional<JsonNode> named(JsonNode list, String name) {
    return StreamSupport.stream(list.spliterator(), false)
        .filter(item -> item.path("name").asText().equals(name))
        .findFirst();
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    return StreamSupport.stream(list.spliterator(), false).anyMatch(value::equals);
  }
}
