package dev.loadline.runner.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.loadline.runner.http.PageRequest.Reply;
import dev.loadline.runner.prompt.Calibration.Source;
import dev.loadline.runner.prompt.Message;
import dev.loadline.runner.prompt.TokenCounter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Counts the tokens of prompts as the target does: by its tokenizer, or by the usage of requests
 * for one token where it has none. Blocks: not to be used on an event loop.
 */
public final class PromptTokens implements TokenCounter {
  /** For a prompt of a thousand tokens and one more: a CPU may need seconds, a queue more. */
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final Optional<Tokenizer> tokenizer;
  private final TargetPages pages;
  private final Endpoint endpoint;
  private final RequestEncoder encoder;
  private final ChunkParser parser = new ChunkParser();
  private boolean tokenizes;

  /**
   * A counter that uses one of the loops.
   *
   * @param tokenizer the target's, if it has one
   * @param encoder makes the target's requests
   * @throws IllegalArgumentException with a sentence for the user if the TLS settings are unusable
   */
  public PromptTokens(
      EventLoops loops, Endpoint endpoint, Optional<Tokenizer> tokenizer, RequestEncoder encoder) {
    this.tokenizer = tokenizer;
    this.endpoint = endpoint;
    this.encoder = encoder;
    pages = new TargetPages(Connector.of(loops, loops.all().getFirst(), endpoint), endpoint);
    tokenizes = tokenizer.isPresent();
  }

  /** A tokenizer that does not answer once is not asked again. */
  @Override
  public OptionalInt count(List<Message> messages) throws InterruptedException {
    if (tokenizes && tokenizer.isPresent()) {
      OptionalInt counted = tokenizer.get().count(messages);
      if (counted.isPresent()) {
        return counted;
      }
      tokenizes = false;
    }
    return used(messages);
  }

  @Override
  public Source source() {
    return tokenizes ? Source.TOKENIZER : Source.USAGE;
  }

  private OptionalInt used(List<Message> messages) throws InterruptedException {
    PageRequest post =
        PageRequest.post(
            endpoint,
            endpoint.basePath() + endpoint.api().path(),
            encoder.encode(messages, 1).json());
    return pages.send(post, LIMIT) instanceof Reply.Page(int status, _, String body)
            && status == 200
        ? promptTokens(body)
        : OptionalInt.empty();
  }

  /** From the last usage of a stream or of one JSON document. */
  private OptionalInt promptTokens(String body) {
    Usage usage = new Usage(parser);
    if (body.stripLeading().startsWith("{")) {
      byte[] json = body.strip().getBytes(UTF_8);
      usage.event(json, 0, json.length, SseFramer.Kind.DATA);
    } else {
      byte[] bytes = body.getBytes(UTF_8);
      SseFramer framer = new SseFramer(usage, new AnswerBudget(AnswerBytes.MAX));
      if (framer.feed(bytes, 0, bytes.length)) {
        framer.end();
      }
    }
    return usage.promptTokens > 0 ? OptionalInt.of(usage.promptTokens) : OptionalInt.empty();
  }

  /** Reads the usage of each event that is a chunk. */
  private static final class Usage implements SseFramer.Sink {
    private final ChunkParser parser;
    private final Chunk chunk = new Chunk();
    private int promptTokens;

    Usage(ChunkParser parser) {
      this.parser = parser;
    }

    @Override
    public void event(byte[] bytes, int from, int to, SseFramer.Kind kind) {
      if (parser.parse(bytes, from, to, chunk) && !chunk.error) {
        promptTokens = Math.max(promptTokens, chunk.promptTokens);
      }
    }
  }
}
