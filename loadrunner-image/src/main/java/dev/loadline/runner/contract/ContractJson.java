package dev.loadline.runner.contract;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;

/**
 * The JSON form of plan and result: fields named as the records' components, absent values left
 * out, unknown fields ignored, missing ones refused.
 */
public final class ContractJson {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  private ContractJson() {}

  /** A plan on one line. */
  public static String write(RunPlan plan) {
    return text(plan);
  }

  /** A result on one line. */
  public static String write(RunResult result) {
    return text(result);
  }

  /**
   * Reads a plan.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong and where
   */
  public static RunPlan readPlan(String json) {
    return read(json, RunPlan.class, RunPlan.VERSION);
  }

  /**
   * Reads a result.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong and where
   */
  public static RunResult readResult(String json) {
    return read(json, RunResult.class, RunResult.VERSION);
  }

  private static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it cannot be written as JSON", e);
    }
  }

  /** The version comes first: with another one, other fields may be missing for good reason. */
  private static <T> T read(String json, Class<T> type, int version) {
    try {
      JsonNode tree = JSON.readTree(json);
      if (!tree.isObject()) {
        throw new IllegalArgumentException("it is no JSON object");
      }
      JsonNode found = tree.path("version");
      if (!found.isIntegralNumber() || found.asInt() != version) {
        throw new IllegalArgumentException(
            "its version is "
                + (found.isMissingNode() ? "missing" : found.toString())
                + ", this program reads version "
                + version);
      }
      return JSON.treeToValue(tree, type);
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(where(e) + e.getOriginalMessage(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "it is no JSON: " + position(e) + e.getOriginalMessage(), e);
    }
  }

  private static String position(JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    return location == null
        ? ""
        : "line " + location.getLineNr() + ", column " + location.getColumnNr() + ": ";
  }

  private static String where(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    e.getPath()
        .forEach(reference ->
            path.append(
                reference.getFieldName() == null
                    ? "[" + reference.getIndex() + "]"
                    : "." + reference.getFieldName()));
    return path.isEmpty() ? "" : path.substring(1) + ": ";
  }
}
