package dev.loadline.runner.http;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** An answer other than 2xx: its status, and the beginning of its body for the message. */
final class ErrorAnswer {
  private static final int MAX_BODY = 16 << 10;

  /** How the engines say that a prompt does not fit. */
  private static final List<String> CONTEXT_LENGTH =
      List.of(
          "context length",
          "context_length",
          "context size",
          "context window",
          "max_model_len",
          "max_seq_len",
          "max_input_len",
          "max_num_tokens",
          "maximum sequence length",
          "`max_new_tokens` must be",
          "must have less than");

  private final int status;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream(256);

  ErrorAnswer(int status) {
    this.status = status;
  }

  /** Takes more of the body; false if there is enough of it. */
  boolean content(byte[] bytes, int from, int to) {
    body.write(bytes, from, Math.min(to - from, MAX_BODY - body.size()));
    return body.size() < MAX_BODY;
  }

  /** The class and the sentence. */
  Outcome.Failure failure(ChunkParser parser, Redactor redactor, RequestBody request) {
    String said = message(parser);
    String words = redactor.clean(said, request);
    String answer = "HTTP " + status + (words.isEmpty() ? "." : ": " + words);
    ErrorClass errorClass = errorClass(said.toLowerCase(Locale.ROOT));
    String advice =
        switch (errorClass) {
          case UNAUTHORIZED -> "The server refuses the API key. ";
          case NOT_FOUND -> "The path or the model does not exist. ";
          case CONTEXT_LENGTH -> "The prompt does not fit the model. ";
          case OVERLOAD -> "The server is overloaded. ";
          default -> "";
        };
    return new Outcome.Failure(errorClass, advice + answer);
  }

  private ErrorClass errorClass(String said) {
    return switch (status) {
      case 401, 403 -> ErrorClass.UNAUTHORIZED;
      case 404 -> ErrorClass.NOT_FOUND;
      case 429, 503 -> ErrorClass.OVERLOAD;
      case 400, 413, 422, 500 ->
          CONTEXT_LENGTH.stream().anyMatch(said::contains)
              ? ErrorClass.CONTEXT_LENGTH
              : otherClass();
      default -> otherClass();
    };
  }

  private ErrorClass otherClass() {
    return status >= 500 ? ErrorClass.HTTP_5XX : ErrorClass.HTTP_4XX;
  }

  private String message(ChunkParser parser) {
    byte[] bytes = body.toByteArray();
    Chunk chunk = new Chunk();
    parser.parse(bytes, 0, bytes.length, chunk);
    if (!chunk.message.isEmpty()) {
      return chunk.message;
    }
    String text = new String(bytes, StandardCharsets.UTF_8).strip();
    return text.startsWith("<") ? "an HTML page" : text;
  }
}
