package dev.loadline.runner.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the bodies of requests, and refuses the wrong ones as vLLM does. */
final class RequestReader {
  private final ObjectMapper mapper = new ObjectMapper();
  private final SimulatorSettings settings;

  RequestReader(SimulatorSettings settings) {
    this.settings = settings;
  }

  /**
   * Reads a request for text.
   *
   * @param chat whether it came to the chat endpoint
   * @throws RefusedRequest if it cannot be answered
   */
  CompletionRequest completion(boolean chat, byte[] body) {
    JsonNode root = object(body);
    checkModel(root);
    boolean stream = flag(root, "stream");
    JsonNode options = root.path("stream_options");
    if (options.isObject() && !stream) {
      throw refused("Stream options can only be defined when `stream=True`.", "stream_options");
    }
    if (integer(root, "n").orElse(1) != 1) {
      throw refused("This server makes one choice per request: n must be 1.", "n");
    }
    PromptDigest prompt = chat ? messages(root) : prompt(root);
    OptionalInt asked = outputTokens(root);
    int room = settings.contextLength() - prompt.tokens();
    int output = CompletionRequest.outputTokens(asked, settings.output().tokens(), room);
    if (output > room) {
      throw new RefusedRequest(
          ApiError.contextExceeded(settings.contextLength(), prompt.tokens(), output));
    }
    int minTokens = integer(root, "min_tokens").orElse(0);
    if (minTokens < 0 || minTokens > output) {
      throw refused("min_tokens must lie between 0 and max_tokens=" + output + ".", "min_tokens");
    }
    return new CompletionRequest(
        chat,
        prompt,
        output,
        minTokens,
        flag(root, "ignore_eos"),
        stream,
        flag(options, "include_usage"),
        flag(options, "continuous_usage_stats"),
        flag(root, "return_token_ids"));
  }

  /**
   * Reads a request to count tokens: {@code prompt} or {@code messages}.
   *
   * @throws RefusedRequest if it cannot be answered
   */
  int tokenCount(byte[] body) {
    JsonNode root = object(body);
    checkModel(root);
    return (root.has("messages") ? messages(root) : prompt(root)).tokens();
  }

  private JsonNode object(byte[] body) {
    JsonNode root;
    try {
      root = mapper.readTree(body);
    } catch (JsonProcessingException e) {
      String where =
          Optional.ofNullable(e.getLocation())
              .map(at -> " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")")
              .orElse("");
      throw new RefusedRequest(
          ApiError.badRequest("The body is not valid JSON" + where + ".", Optional.empty()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!root.isObject()) {
      throw new RefusedRequest(
          ApiError.badRequest("The body must be a JSON object.", Optional.empty()));
    }
    return root;
  }

  private void checkModel(JsonNode root) {
    JsonNode model = root.path("model");
    if (model.isMissingNode() || model.isNull()) {
      return;
    }
    if (!model.isTextual()) {
      throw refused("model must be a string.", "model");
    }
    if (!model.textValue().equals(settings.model())) {
      throw new RefusedRequest(ApiError.modelNotServed(model.textValue(), settings.model()));
    }
  }

  private PromptDigest messages(JsonNode root) {
    JsonNode messages = root.path("messages");
    if (!messages.isArray() || messages.isEmpty()) {
      throw refused("messages must be a list of at least one message.", "messages");
    }
    PromptDigest digest = new PromptDigest(root.path("cache_salt").asText(""));
    for (int token = 0; token < settings.templateTokens(); token++) {
      digest.addToken(token);
    }
    for (JsonNode message : messages) {
      if (!message.isObject() || !message.path("role").isTextual()) {
        throw refused("Each message must be an object with a role and a content.", "messages");
      }
      JsonNode content = message.path("content");
      if (content.isTextual()) {
        digest.add(content.textValue());
      } else if (content.isArray()) {
        content.forEach(part -> digest.add(part.path("text").asText("")));
      } else if (!content.isNull() && !content.isMissingNode()) {
        throw refused("A message's content must be a string or a list of parts.", "messages");
      }
    }
    return digest;
  }

  private static PromptDigest prompt(JsonNode root) {
    JsonNode prompt = root.path("prompt");
    PromptDigest digest = new PromptDigest(root.path("cache_salt").asText(""));
    if (prompt.isTextual()) {
      digest.add(prompt.textValue());
    } else if (prompt.isArray() && prompt.size() == 1 && prompt.get(0).isTextual()) {
      digest.add(prompt.get(0).textValue());
    } else if (prompt.isArray() && !prompt.isEmpty() && prompt.get(0).isInt()) {
      prompt.forEach(token -> digest.addToken(token.asInt()));
    } else {
      throw refused("prompt must be one string or one list of token numbers.", "prompt");
    }
    return digest;
  }

  private static OptionalInt outputTokens(JsonNode root) {
    String name = root.hasNonNull("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
    OptionalInt asked = integer(root, name);
    if (asked.orElse(1) < 1) {
      throw refused(name + " must be at least 1, got " + asked.orElse(1) + ".", name);
    }
    return asked;
  }

  private static boolean flag(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw refused(name + " must be true or false.", name);
    }
    return value.booleanValue();
  }

  private static OptionalInt integer(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalInt.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw refused(name + " must be a whole number.", name);
    }
    return OptionalInt.of(value.intValue());
  }

  private static RefusedRequest refused(String sentence, String parameter) {
    return new RefusedRequest(ApiError.badRequest(sentence, Optional.of(parameter)));
  }
}
