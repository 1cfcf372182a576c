package dev.loadline.runner.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.runner.http.PageRequest.Reply;
import dev.loadline.runner.prompt.Message;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The target's own tokenizer: counts the tokens of a prompt as the engine's {@code
 * usage.prompt_tokens} would, without a generation. What it says is the engine's, so a prompt of
 * chat is counted with its template or not at all.
 *
 * <p>vLLM and SGLang count messages and text at {@code /tokenize} (an SGLang of 2025 only text),
 * TGI at {@code /chat_tokenize} and {@code /tokenize}, llama.cpp text at {@code /tokenize} which
 * {@code /apply-template} has made of messages. The others have no such page.
 */
public final class Tokenizer {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TargetPages pages;
  private final Endpoint endpoint;
  private final String model;
  private final Dialect dialect;

  /** How an engine is asked. */
  private enum Dialect {
    VLLM,
    TGI,
    LLAMA_CPP
  }

  private Tokenizer(TargetPages pages, Endpoint endpoint, String model, Dialect dialect) {
    this.pages = pages;
    this.endpoint = endpoint;
    this.model = model;
    this.dialect = dialect;
  }

  /**
   * That of an endpoint, asked over one of the loops; empty if the engine is not known to have one.
   *
   * @throws IllegalArgumentException with a sentence for the user if the TLS settings are unusable
   */
  public static Optional<Tokenizer> of(
      EventLoops loops, Endpoint endpoint, EngineProfile engine, String model) {
    return dialect(engine)
        .map(dialect -> {
          Connector connector = Connector.of(loops, loops.all().getFirst(), endpoint);
          return new Tokenizer(new TargetPages(connector, endpoint), endpoint, model, dialect);
        });
  }

  private static Optional<Dialect> dialect(EngineProfile engine) {
    return switch (engine) {
      case VLLM, SGLANG -> Optional.of(Dialect.VLLM);
      case TGI -> Optional.of(Dialect.TGI);
      case LLAMA_CPP -> Optional.of(Dialect.LLAMA_CPP);
      case TENSORRT_LLM, OLLAMA, OPENAI -> Optional.empty();
    };
  }

  /**
   * Tokens of a request with these messages, as the endpoint's API carries them; empty if the
   * target does not say within ten seconds. Blocks: not to be called on an event loop.
   */
  public OptionalInt count(List<Message> messages) throws InterruptedException {
    Optional<Integer> tokens =
        switch (dialect) {
          case VLLM -> ask("/tokenize", request(messages, "prompt")).flatMap(Tokenizer::counted);
          case TGI ->
              endpoint.api() == Api.CHAT
                  ? ask("/chat_tokenize", request(messages, ""))
                      .map(page -> page.path("tokenize_response"))
                      .flatMap(Tokenizer::size)
                  : ask("/tokenize", text("inputs", plain(messages))).flatMap(Tokenizer::size);
          case LLAMA_CPP -> countOfLlamaCpp(messages);
        };
    return tokens.map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  private Optional<Integer> countOfLlamaCpp(List<Message> messages) throws InterruptedException {
    Optional<String> whole = Optional.of(plain(messages));
    if (endpoint.api() == Api.CHAT) {
      whole =
          ask("/apply-template", request(messages, ""))
              .map(page -> page.path("prompt"))
              .filter(JsonNode::isTextual)
              .map(JsonNode::asText);
    }
    return whole.isEmpty()
        ? Optional.empty()
        : ask("/tokenize", text("content", whole.get()).put("add_special", true))
            .map(page -> page.path("tokens"))
            .flatMap(Tokenizer::size);
  }

  /** The model and the messages, as they are in chat, else as one text in the named field. */
  private ObjectNode request(List<Message> messages, String field) {
    ObjectNode request = text("model", model);
    if (endpoint.api() == Api.CHAT) {
      ArrayNode all = request.putArray("messages");
      for (Message message : messages) {
        all.addObject()
            .put("role", message.role().apiName())
            .put("content", message.text().plain());
      }
    } else {
      request.put(field, plain(messages));
    }
    return request;
  }

  private static String plain(List<Message> messages) {
    return messages.stream().map(message -> message.text().plain()).collect(Collectors.joining());
  }

  private static ObjectNode text(String field, String value) {
    return JSON.createObjectNode().put(field, value);
  }

  private static Optional<Integer> counted(JsonNode page) {
    JsonNode count = page.path("count");
    return count.isInt() && count.asInt() > 0 ? Optional.of(count.asInt()) : Optional.empty();
  }

  private static Optional<Integer> size(JsonNode tokens) {
    return tokens.isArray() && !tokens.isEmpty() ? Optional.of(tokens.size()) : Optional.empty();
  }

  private Optional<JsonNode> ask(String path, ObjectNode request) throws InterruptedException {
    try {
      PageRequest post =
          PageRequest.post(endpoint, endpoint.rootPath() + path, JSON.writeValueAsBytes(request));
      return pages.send(post, LIMIT) instanceof Reply.Page(int status, _, String body)
              && status == 200
          ? Optional.of(JSON.readTree(body))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty(); // What answers there is no tokenizer, or its answer was cut.
    }
  }
}
