package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keys and values of Secrets and ConfigMaps. The values may be secret: only keys are named. */
public final class DataCheck {
  private static final String LINE_BREAKS = "[\r\n]";

  private DataCheck() {}

  /** What is wrong with them; the data of a Secret come back as a server stores them. */
  static List<FieldProblem> problems(ResourceType type, ObjectNode object) {
    List<FieldProblem> problems = new ArrayList<>();
    for (String map : List.of("data", "stringData", "binaryData")) {
      for (Map.Entry<String, JsonNode> entry : object.path(map).properties()) {
        for (String detail : NameSyntax.configKey(entry.getKey())) {
          problems.add(FieldProblem.badText(map, entry.getKey(), detail));
        }
      }
    }
    if (type.is("", "Secret")) {
      problems.addAll(base64(object, "data"));
      encodeText(object);
    } else {
      problems.addAll(base64(object, "binaryData"));
    }
    return problems;
  }

  private static List<FieldProblem> base64(ObjectNode object, String map) {
    List<FieldProblem> problems = new ArrayList<>();
    if (object.get(map) instanceof ObjectNode data) {
      for (Map.Entry<String, JsonNode> entry : data.properties()) {
        // As in Kubernetes, lines may be broken.
        String text = entry.getValue().asText().replaceAll(LINE_BREAKS, "");
        if (!entry.getValue().isTextual()) {
          continue;
        }
        if (decoded(text).isPresent()) {
          entry.setValue(data.textNode(text));
        } else {
          String plain =
              map.equals("data") ? "plain text belongs into stringData" : "text belongs into data";
          String field = map + "." + entry.getKey();
          problems.add(FieldProblem.invalid(field, "(not shown)", "is not base64: " + plain));
        }
      }
    }
    return problems;
  }

  private static Optional<String> decoded(String base64) {
    try {
      return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /** {@code stringData} is only for writing. */
  private static void encodeText(ObjectNode secret) {
    if (secret.remove("stringData") instanceof ObjectNode text) {
      ObjectNode data =
          secret.get("data") instanceof ObjectNode there ? there : secret.putObject("data");
      for (Map.Entry<String, JsonNode> field : text.properties()) {
        byte[] bytes = field.getValue().asText().getBytes(StandardCharsets.UTF_8);
        data.put(field.getKey(), Base64.getEncoder().encodeToString(bytes));
      }
    }
  }

  /**
   * The value of a key of a Secret or ConfigMap as it is in a file.
   *
   * @return empty if the object has no such key, or something else than text there
   */
  public static Optional<String> value(JsonNode object, String key) {
    JsonNode plain = object.path("stringData").path(key);
    if (plain.isTextual()) {
      return Optional.of(plain.asText());
    }
    JsonNode value = object.path("data").path(key);
    if (!value.isTextual() || !object.path("kind").asText().equals("Secret")) {
      return Optional.of(value).filter(JsonNode::isTextual).map(JsonNode::asText);
    }
    return decoded(value.asText().replaceAll(LINE_BREAKS, ""));
  }
}
