package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.local.apiserver.Place;
import dev.loadline.operator.local.apiserver.Resources;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The environment of a container, resolved as a kubelet does it. */
final class PodEnvironment {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([^)]*)\\)");

  /** Values, or what is missing. */
  sealed interface Resolved {
    /** All variables have a value. */
    record Values(Map<String, String> variables) implements Resolved {}

    /** Something that a variable refers to does not exist, in the kubelet's words. */
    record Missing(String message) implements Resolved {}
  }

  private final Resources resources;
  private final String namespace;

  PodEnvironment(Resources resources, String namespace) {
    this.resources = resources;
    this.namespace = namespace;
  }

  Resolved resolve(JsonNode container) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (JsonNode variable : container.path("env")) {
      JsonNode from = variable.path("valueFrom");
      if (from.isMissingNode()) {
        String text = variable.path("value").asText("");
        variables.put(variable.path("name").asText(), expanded(text, variables));
        continue;
      }
      boolean secret = from.has("secretKeyRef");
      JsonNode reference = from.path(secret ? "secretKeyRef" : "configMapKeyRef");
      Reference found = lookUp(secret ? "Secret" : "ConfigMap", reference);
      if (found.missing().isPresent() && !reference.path("optional").asBoolean()) {
        return new Resolved.Missing(found.missing().get());
      }
      found.value().ifPresent(value -> variables.put(variable.path("name").asText(), value));
    }
    return new Resolved.Values(variables);
  }

  private record Reference(Optional<String> value, Optional<String> missing) {}

  private Reference lookUp(String kind, JsonNode reference) {
    String name = reference.path("name").asText();
    String key = reference.path("key").asText();
    Optional<ObjectNode> object =
        resources.get(new Place(resources.type("v1", kind).orElseThrow(), namespace, name));
    if (object.isEmpty()) {
      String missing = kind.equals("Secret") ? "secret" : "configmap";
      return missing(missing + " \"" + name + "\" not found");
    }
    JsonNode value = object.get().path("data").path(key);
    if (value.isMissingNode()) {
      return missing("couldn't find key " + key + " in " + kind + " " + namespace + "/" + name);
    }
    String text =
        kind.equals("Secret")
            ? new String(Base64.getDecoder().decode(value.asText()), StandardCharsets.UTF_8)
            : value.asText();
    return new Reference(Optional.of(text), Optional.empty());
  }

  private static Reference missing(String message) {
    return new Reference(Optional.empty(), Optional.of(message));
  }

  /** {@code $(NAME)} is an earlier variable's value, {@code $$} is a dollar. */
  static String expanded(String text, Map<String, String> variables) {
    return REFERENCE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(replacement(found.group(), variables)));
  }

  private static String replacement(String found, Map<String, String> variables) {
    if (found.equals("$$")) {
      return "$";
    }
    return variables.getOrDefault(found.substring(2, found.length() - 1), found);
  }
}
