package dev.loadline.runner.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What {@code GET /models} lists.
 *
 * @param models in the server's order
 */
record ModelList(List<Model> models) {
  private static final int SHOWN = 10;
  private static final int LONGEST_NAME = 80;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One model.
   *
   * @param id its name in requests
   * @param ownedBy who provides it, which most engines use to name themselves; may be empty
   */
  record Model(String id, String ownedBy) {}

  /** Copies the list. */
  ModelList {
    models = List.copyOf(models);
  }

  /** Reads the list; empty if the text is none. */
  static Optional<ModelList> parse(String text) {
    try {
      JsonNode root = JSON.readTree(text);
      JsonNode entries = root.isArray() ? root : root.path("data");
      if (!entries.isArray()) {
        return Optional.empty();
      }
      List<Model> models = new ArrayList<>();
      for (JsonNode entry : entries) {
        if (entry.path("id").isTextual()) {
          models.add(new Model(entry.path("id").asText(), entry.path("owned_by").asText("")));
        }
      }
      return Optional.of(new ModelList(models));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The model of that name, or the one that Ollama means by it: {@code name:latest}. */
  Optional<Model> find(String name) {
    return models.stream()
        .filter(model -> model.id().equals(name) || model.id().equals(name + ":latest"))
        .findFirst();
  }

  /**
   * The names for a sentence, up to ten of them.
   *
   * @param shown makes a name fit to be shown
   */
  String names(UnaryOperator<String> shown) {
    if (models.isEmpty()) {
      return "none";
    }
    List<String> names =
        models.stream()
            .limit(SHOWN)
            .map(model -> shown.apply(model.id()))
            .map(id -> id.length() > LONGEST_NAME ? id.substring(0, LONGEST_NAME) + "…" : id)
            .toList();
    int more = models.size() - names.size();
    return String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
  }
}
