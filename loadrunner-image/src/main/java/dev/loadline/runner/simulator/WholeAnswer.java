package dev.loadline.runner.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** One JSON body when the last token is due. */
final class WholeAnswer implements Answer {
  private final Exchange exchange;
  private final CompletionRequest request;
  private final ChunkFormat.Labels labels;
  private final RandomGenerator random;
  private final LongSupplier nanoTime;

  WholeAnswer(
      Exchange exchange,
      CompletionRequest request,
      ChunkFormat.Labels labels,
      RandomGenerator random,
      LongSupplier nanoTime) {
    this.exchange = exchange;
    this.request = request;
    this.labels = labels;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  @Override
  public void begin() {}

  @Override
  public long tokens(int count, boolean last) {
    Page page = page(count);
    long now = nanoTime.getAsLong();
    exchange.respond(page);
    return now;
  }

  @Override
  public void fail(Fault fault) {
    switch (fault) {
      case STREAM_ERROR, HTTP_500, OVERLOAD, UNAUTHORIZED, NOT_FOUND, CONTEXT_LENGTH ->
          exchange.respond(Page.of(ApiError.internal()));
      case TRUNCATED -> exchange.respondHalf(page(1));
      case EMPTY -> exchange.respond(page(0));
      case RESET -> exchange.reset();
      case HANG_BEFORE_FIRST_TOKEN, STALL -> {}
    }
  }

  private Page page(int tokens) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("id", labels.id());
    root.put("object", request.chat() ? "chat.completion" : "text_completion");
    root.put("created", labels.createdSeconds());
    root.put("model", labels.model());
    ObjectNode choice = root.putArray("choices").addObject();
    choice.put("index", 0);
    if (request.chat()) {
      choice.putObject("message").put("role", "assistant").put("content", text(tokens));
    } else {
      choice.put("text", text(tokens));
    }
    choice.putNull("logprobs");
    choice.put("finish_reason", labels.finishReason());
    choice.putNull("stop_reason");
    ObjectNode usage = root.putObject("usage");
    int input = labels.factors().input(request.prompt().tokens());
    int output = labels.factors().output(tokens);
    usage.put("prompt_tokens", input);
    usage.put("total_tokens", input + output);
    usage.put("completion_tokens", output);
    if (labels.cachedTokens() >= 0) {
      usage.putObject("prompt_tokens_details").put("cached_tokens", labels.cachedTokens());
    }
    return Page.json(200, root.toString());
  }

  private String text(int tokens) {
    StringBuilder text = new StringBuilder();
    random
        .ints(tokens, 0, Vocabulary.size())
        .forEach(
            token -> text.append(new String(Vocabulary.word(token), StandardCharsets.US_ASCII)));
    return text.toString().strip();
  }
}
