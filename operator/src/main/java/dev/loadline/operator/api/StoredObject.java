package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stored object whatever is in it. What its fields' types cannot hold (a number too large,
 * a text where an object belongs) is taken out and named: with an exception, one such object would
 * keep a whole list of objects from being read, and so stop the operator for all of them.
 */
final class StoredObject {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .disable(
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          // Who manages which field: most of what there is, and of no use here.
          .withConfigOverride(
              ObjectMeta.class,
              metadata ->
                  metadata.setIgnorals(
                      JsonIgnoreProperties.Value.forIgnoredProperties("managedFields")))
          .addModule(new SimpleModule("shared").addDeserializer(String.class, new SharedStrings()))
          .build();
  private static final int LONGEST_NUMBER = 40;

  private final ObjectNode json;
  private final List<Unreadable> unreadable = new ArrayList<>();

  /** Of a tree that is nobody else's: what is unsound is changed in it. */
  StoredObject(ObjectNode json) {
    this.json = json;
  }

  /** The metadata, which the server itself keeps in order. */
  ObjectMeta metadata() {
    try {
      return JSON.treeToValue(json.path("metadata"), ObjectMeta.class);
    } catch (JsonProcessingException notOfAServer) {
      throw new IllegalArgumentException("metadata cannot be read", notOfAServer);
    }
  }

  /** The spec; of an object that is stored without one, an empty one. */
  <S> @Nullable S spec(Class<S> type) {
    return isStored() && !json.path("spec").isObject()
        ? part("spec", JSON.createObjectNode(), type)
        : part("spec", json.path("spec"), type);
  }

  /** The status, made sound by {@link StoredStatus}. */
  <S> @Nullable S status(Class<S> type) {
    JsonNode found = json.path("status");
    if (isStored() && found instanceof ObjectNode status) {
      String created = json.path("metadata").path("creationTimestamp").asText();
      unreadable.addAll(new StoredStatus(created).mend(status));
    }
    return part("status", found, type);
  }

  /**
   * False of an object that is about to be written: what is absent in it is left out on purpose.
   */
  private boolean isStored() {
    return json.path("metadata").has("uid");
  }

  List<Unreadable> unreadable() {
    return List.copyOf(unreadable);
  }

  private <S> @Nullable S part(String name, JsonNode found, Class<S> type) {
    if (found.isMissingNode() || found.isNull()) {
      return null;
    }
    ObjectNode rest = JSON.createObjectNode().set(name, found);
    while (true) {
      try {
        return JSON.treeToValue(rest.path(name), type);
      } catch (JsonMappingException wrong) {
        takeOut(rest, name, wrong.getPath());
      } catch (JsonProcessingException unexpected) {
        takeOut(rest, name, List.of());
      }
      if (!rest.has(name)) {
        return null;
      }
    }
  }

  /** Takes the deepest part of the path that is there out of the tree. */
  private void takeOut(ObjectNode rest, String name, List<JsonMappingException.Reference> path) {
    JsonNode parent = rest;
    JsonNode part = rest.path(name);
    String field = name;
    String last = name;
    int index = -1;
    for (JsonMappingException.Reference step : path) {
      JsonNode next =
          step.getFieldName() == null ? part.path(step.getIndex()) : part.path(step.getFieldName());
      if (next.isMissingNode()) {
        break;
      }
      parent = part;
      part = next;
      last = step.getFieldName() == null ? "" : step.getFieldName();
      index = step.getIndex();
      field += step.getFieldName() == null ? "[" + index + "]" : "." + last;
    }
    unreadable.add(new Unreadable(field, "is " + kind(part) + ", which this version cannot use"));
    if (parent instanceof ArrayNode list) {
      list.remove(index);
    } else {
      ((ObjectNode) parent).remove(last);
    }
  }

  private static String kind(JsonNode part) {
    return switch (part.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT, POJO -> "an object";
      case BOOLEAN -> part.asText();
      case NUMBER ->
          "the number "
              + part.asText().substring(0, Math.min(LONGEST_NUMBER, part.asText().length()));
      case NULL, MISSING -> "nothing";
      case STRING, BINARY -> "a text";
    };
  }
}
