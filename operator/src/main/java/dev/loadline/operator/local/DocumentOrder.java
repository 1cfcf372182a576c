package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Sorts sentences that begin with a field by where that field is written. */
final class DocumentOrder {
  private static final Pattern END_OF_FIELD = Pattern.compile(":? .*", Pattern.DOTALL);
  private static final Pattern LAST_STEP = Pattern.compile("[.\\[][^.\\[]*$");

  private final Map<String, Integer> positions = new HashMap<>();

  private DocumentOrder() {}

  static List<String> sorted(ObjectNode object, List<String> sentences) {
    DocumentOrder order = new DocumentOrder();
    order.number("", object);
    return sentences.stream().sorted(Comparator.comparingInt(order::position)).toList();
  }

  private void number(String path, JsonNode node) {
    positions.put(path, positions.size());
    switch (node) {
      case ObjectNode object ->
          object
              .properties()
              .forEach(field ->
                  number(
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue()));
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          number(path + "[" + i + "]", array.get(i));
        }
      }
      default -> {
        // A value has no parts.
      }
    }
  }

  /** What is not there belongs to the object that should have it. */
  private int position(String sentence) {
    String field = END_OF_FIELD.matcher(sentence).replaceFirst("");
    while (!positions.containsKey(field)) {
      String shorter = LAST_STEP.matcher(field).replaceFirst("");
      field = shorter.equals(field) ? "" : shorter;
    }
    return positions.get(field);
  }
}
