package dev.loadline.runner.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * An error in vLLM's shape; its message never quotes a prompt.
 *
 * @param status HTTP status
 * @param type vLLM's name of the kind
 * @param message a sentence for the user
 * @param parameter the field that is wrong, if it is one
 * @param errorClass name under which the report counts it
 */
record ApiError(
    int status, String type, String message, Optional<String> parameter, String errorClass) {

  static ApiError badRequest(String message, Optional<String> parameter) {
    return new ApiError(400, "BadRequestError", message, parameter, "bad_request");
  }

  static ApiError modelNotServed(String asked, String served) {
    String message = "The model `" + asked + "` does not exist. Valid aliases: " + served + ".";
    return new ApiError(404, "NotFoundError", message, Optional.of("model"), "not_found");
  }

  static ApiError contextExceeded(int contextLength, int promptTokens, int outputTokens) {
    String message =
        "This model's maximum context length is %d tokens. However, you requested %d output tokens and your prompt contains %d input tokens, for a total of %d tokens. Please reduce the length of the input prompt or the number of requested output tokens."
            .formatted(
                contextLength, outputTokens, promptTokens, (long) promptTokens + outputTokens);
    return new ApiError(
        400, "BadRequestError", message, Optional.of("input_tokens"), "context_length");
  }

  static ApiError starting() {
    return new ApiError(
        503,
        "ServiceUnavailableError",
        "The simulator is still starting (--startup-delay).",
        Optional.empty(),
        "starting");
  }

  static ApiError internal() {
    return new ApiError(
        500, "InternalServerError", "Simulated failure.", Optional.empty(), "http_500");
  }

  /** The error with which such a fault answers at once. */
  static ApiError of(Fault fault, SimulatorSettings settings) {
    return switch (fault) {
      case OVERLOAD ->
          new ApiError(
              503,
              "ServiceUnavailableError",
              "Simulated overload.",
              Optional.empty(),
              fault.faultName());
      case UNAUTHORIZED -> unauthorized();
      case NOT_FOUND -> modelNotServed("no longer served", settings.model());
      case CONTEXT_LENGTH -> contextExceeded(settings.contextLength(), settings.contextLength(), 1);
      case HTTP_500, STREAM_ERROR, TRUNCATED, EMPTY, RESET, HANG_BEFORE_FIRST_TOKEN, STALL ->
          internal();
    };
  }

  static ApiError unauthorized() {
    return new ApiError(
        401, "AuthenticationError", "Unauthorized", Optional.empty(), "unauthorized");
  }

  /** {@code {"error":{message, type, param, code}}}. */
  String json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode error = root.putObject("error");
    error.put("message", message);
    error.put("type", type);
    error.put("param", parameter.orElse(null));
    error.put("code", status);
    return root.toString();
  }
}
