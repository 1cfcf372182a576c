package dev.loadline.runner.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds out which engine answers, and its version: by {@code owned_by} of the model, else by the
 * prefix of its metrics, else by a page that only one engine has. In doubt it is {@link
 * EngineProfile#OPENAI}, which sends the standard fields only.
 */
final class EngineDetection {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Fetches a page of the server: its body if it answers 200, else nothing. */
  interface Pages {
    Optional<String> get(String path) throws InterruptedException;
  }

  private final Pages pages;

  /** A detection on the pages below the endpoint's root. */
  EngineDetection(Pages pages) {
    this.pages = pages;
  }

  /** The engine that serves the model. */
  EngineProfile engine(String ownedBy) throws InterruptedException {
    Optional<EngineProfile> engine = byOwner(ownedBy);
    if (engine.isEmpty()) {
      engine = pages.get("/metrics").flatMap(EngineDetection::byMetrics);
    }
    if (engine.isEmpty()) {
      engine = text("/info", "model_id").map(_ -> EngineProfile.TGI);
    }
    if (engine.isEmpty()) {
      engine = text("/api/version", "version").map(_ -> EngineProfile.OLLAMA);
    }
    return engine.orElse(EngineProfile.OPENAI);
  }

  private static Optional<EngineProfile> byOwner(String ownedBy) {
    return switch (ownedBy.toLowerCase(Locale.ROOT)) {
      case "vllm" -> Optional.of(EngineProfile.VLLM);
      case "sglang" -> Optional.of(EngineProfile.SGLANG);
      case "tensorrt_llm" -> Optional.of(EngineProfile.TENSORRT_LLM);
      case "llamacpp" -> Optional.of(EngineProfile.LLAMA_CPP);
      default -> Optional.empty();
    };
  }

  private static Optional<EngineProfile> byMetrics(String metrics) {
    return metrics.lines().flatMap(line -> byMetric(line).stream()).findFirst();
  }

  private static Optional<EngineProfile> byMetric(String line) {
    if (line.startsWith("vllm:")) {
      return Optional.of(EngineProfile.VLLM);
    }
    if (line.startsWith("sglang:")) {
      return Optional.of(EngineProfile.SGLANG);
    }
    if (line.startsWith("trtllm_")) {
      return Optional.of(EngineProfile.TENSORRT_LLM);
    }
    if (line.startsWith("tgi_")) {
      return Optional.of(EngineProfile.TGI);
    }
    return line.startsWith("llamacpp:") ? Optional.of(EngineProfile.LLAMA_CPP) : Optional.empty();
  }

  /** The version that the engine says it has. */
  Optional<String> version(EngineProfile engine) throws InterruptedException {
    return switch (engine) {
      case VLLM, TENSORRT_LLM -> text("/version", "version");
      case SGLANG -> firstText("version", "/get_server_info", "/server_info");
      case TGI -> text("/info", "version");
      case LLAMA_CPP -> text("/props", "build_info");
      case OLLAMA -> text("/api/version", "version");
      case OPENAI -> Optional.empty();
    };
  }

  private Optional<String> firstText(String field, String... paths) throws InterruptedException {
    Optional<String> found = Optional.empty();
    for (int i = 0; i < paths.length && found.isEmpty(); i++) {
      found = text(paths[i], field);
    }
    return found;
  }

  private Optional<String> text(String path, String field) throws InterruptedException {
    return pages.get(path).flatMap(page -> field(page, field));
  }

  private static Optional<String> field(String page, String field) {
    try {
      JsonNode value = JSON.readTree(page).path(field);
      return value.isTextual() && value.asText().length() <= 100
          ? Optional.of(value.asText())
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
