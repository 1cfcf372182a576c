package dev.loadline.runner.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the body of a 2xx answer and fills in the request's timeline: an event stream, or one JSON
 * document where a server does not stream. It looks at the first bytes to tell them apart and
 * believes no header.
 *
 * <p>An event that the end of the body cuts off counts if its JSON is complete, so that a last
 * usage or finish reason without a blank line is not lost; else it is dropped, unless the server
 * names it an error. Anything behind {@code [DONE]} is ignored, and what is no JSON behind a finish
 * reason.
 */
final class AnswerDecoder {
  private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

  /** What the body has turned out to be. */
  private enum Form {
    UNKNOWN,
    EVENTS,
    DOCUMENT
  }

  private final ChunkParser parser;
  private final Redactor redactor;
  private final AnswerBudget budget;
  private final SseFramer framer;
  private final Chunk chunk = new Chunk();
  private final AnswerBytes document;
  private final Exchange exchange;
  private Form form = Form.UNKNOWN;
  private long nanos;
  private long lastEventNanos = RequestTimeline.NEVER;
  private int events;
  private boolean finished;
  private boolean done;
  private boolean continuousUsage = true;
  private int countedTokens;
  private Optional<Outcome.Failure> failure = Optional.empty();

  /** A decoder of the answer to this request. */
  AnswerDecoder(AnswerTools tools, Exchange exchange) {
    parser = tools.parser();
    redactor = tools.redactor();
    budget = tools.budget();
    framer = new SseFramer(this::event, budget);
    document = new AnswerBytes(budget);
    this.exchange = exchange;
    chunk.text = exchange.text();
    if (chunk.text != null) {
      chunk.text.clear();
    }
  }

  /** Gives back the memory of an answer that has ended. */
  void release() {
    framer.release();
    document.release();
  }

  /** Takes the next bytes of the body, which a read at that instant brought. */
  void content(byte[] bytes, int from, int to, long readNanos) {
    nanos = readNanos;
    int begin = form == Form.UNKNOWN ? form(bytes, from, to) : from;
    if (form != Form.DOCUMENT) {
      if (!framer.feed(bytes, from, to)) {
        tooLarge("event", framer.lacksMemory());
      }
    } else if (!document.append(bytes, begin, to)) {
      tooLarge("JSON document", document.lacksMemory());
    }
  }

  private void tooLarge(String what, boolean lacksMemory) {
    fail(
        ErrorClass.BAD_RESPONSE,
        lacksMemory
            ? "One %s of the answer does not end: with those of other answers it is larger than %s."
                .formatted(what, budget.size())
            : "One " + what + " of the answer is larger than 8 MiB.");
  }

  /**
   * Tells the form by the first byte that is neither blank nor of a byte order mark, and says where
   * that is: event streams begin with a name or a colon, never with a bracket.
   */
  private int form(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && (isBlank(bytes[at]) || isOfByteOrderMark(bytes[at]))) {
      at++;
    }
    if (at < to) {
      form = bytes[at] == '{' || bytes[at] == '[' ? Form.DOCUMENT : Form.EVENTS;
    }
    return at;
  }

  private static boolean isOfByteOrderMark(byte c) {
    return c == (byte) 0xef || c == (byte) 0xbb || c == (byte) 0xbf;
  }

  /** What ended the request before the body did. */
  Optional<Outcome.Failure> failure() {
    return failure;
  }

  /** {@code [DONE]} has come: only the end of the body is still awaited. */
  boolean isDone() {
    return done;
  }

  /** Enough has come to call the request a success. */
  boolean isComplete() {
    return (finished || done) && exchange.timeline().counts().events() > 0 && failure.isEmpty();
  }

  /** When the last event came, {@link RequestTimeline#NEVER} before the first token. */
  long lastEventNanos() {
    return lastEventNanos;
  }

  /**
   * The body has ended.
   *
   * @param properly false if the connection broke within it
   * @return how the request ended
   */
  Outcome end(boolean properly) {
    if (failure.isEmpty() && form == Form.DOCUMENT) {
      endDocument(properly);
    } else if (failure.isEmpty()) {
      framer.end();
      endEvents(properly);
    }
    return failure.isPresent() ? failure.get() : new Outcome.Success();
  }

  private void endEvents(boolean properly) {
    int tokens = exchange.timeline().counts().events();
    if (failure.isPresent() || isComplete()) {
      return;
    }
    if (events == 0 && !done && framer.sawUnknownLines()) {
      fail(ErrorClass.BAD_RESPONSE, "The answer is neither an event stream nor JSON.");
    } else if (finished || done || (events == 0 && properly)) {
      fail(ErrorClass.EMPTY, "The answer ended properly and held no token.");
    } else {
      String how = properly ? "ended" : "broke off";
      String then = " without a finish reason.";
      fail(ErrorClass.TRUNCATED, "The answer " + how + " after " + tokens + " token events" + then);
    }
  }

  private void endDocument(boolean properly) {
    if (!properly) {
      fail(ErrorClass.TRUNCATED, "The answer, one JSON document, broke off.");
    } else if (!parser.parse(document.array(), 0, document.length(), chunk)) {
      fail(ErrorClass.BAD_RESPONSE, "The answer is one JSON document and no valid one.");
    } else if (chunk.error) {
      streamError();
    } else if (!chunk.choices) {
      fail(ErrorClass.BAD_RESPONSE, "The answer is one JSON document without choices.");
    } else {
      countUsage();
      if (chunk.bearsTokens()) {
        exchange.timeline().plainJson(nanos);
      } else {
        fail(ErrorClass.EMPTY, "The answer, one JSON document, holds no text.");
      }
    }
  }

  private void event(byte[] bytes, int from, int to, SseFramer.Kind kind) {
    if (done || failure.isPresent()) {
      return;
    }
    int begin = from;
    int end = to;
    while (begin < end && isBlank(bytes[begin])) {
      begin++;
    }
    while (begin < end && isBlank(bytes[end - 1])) {
      end--;
    }
    if (Arrays.equals(bytes, begin, end, DONE, 0, DONE.length)) {
      done = true;
      lastEventNanos = nanos;
    } else if (begin < end || kind == SseFramer.Kind.ERROR) {
      chunk(bytes, begin, end, kind);
    }
  }

  private void chunk(byte[] bytes, int from, int to, SseFramer.Kind kind) {
    boolean json = parser.parse(bytes, from, to, chunk);
    if (chunk.error || kind == SseFramer.Kind.ERROR) {
      chunk.message = json ? chunk.message : new String(bytes, from, to - from, UTF_8);
      streamError();
    } else if (json) {
      events++;
      count();
    } else if (kind == SseFramer.Kind.DATA && !isComplete()) {
      fail(ErrorClass.BAD_RESPONSE, "An event of the answer is no JSON object.");
    }
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private void count() {
    RequestTimeline timeline = exchange.timeline();
    finished |= chunk.finished;
    if (chunk.choices) {
      timeline.chunk(nanos);
    }
    int tokens = tokensInEvent();
    countUsage();
    if (chunk.bearsTokens()) {
      long gap = timeline.token(nanos, chunk.output, chunk.tokenIds);
      exchange.gaps().received(nanos, tokens);
      if (gap != RequestTimeline.NEVER) {
        exchange.gaps().gap(gap, tokens);
      }
    }
    if (timeline.counts().events() > 0) {
      lastEventNanos = nanos;
    }
  }

  /**
   * Tokens in this event: its token ids, or by how many a usage that has come with every event so
   * far has grown; 0 if unknown.
   */
  private int tokensInEvent() {
    if (!chunk.usage) {
      continuousUsage &= !chunk.bearsTokens();
      return chunk.tokenIds;
    }
    int grown = Math.max(0, chunk.completionTokens - countedTokens);
    countedTokens = Math.max(countedTokens, chunk.completionTokens);
    return chunk.tokenIds > 0 || !continuousUsage ? chunk.tokenIds : grown;
  }

  private void countUsage() {
    if (chunk.usage) {
      exchange
          .timeline()
          .counts()
          .usage(
              chunk.promptTokens,
              chunk.completionTokens,
              chunk.cachedTokens,
              chunk.reasoningTokens);
    }
  }

  private void streamError() {
    String said = redactor.clean(chunk.message, exchange.body());
    String words = said.isEmpty() ? "no message" : said;
    fail(ErrorClass.STREAM_ERROR, "The server reported an error inside its answer: " + words);
  }

  private void fail(ErrorClass errorClass, String message) {
    if (failure.isEmpty()) {
      failure = Optional.of(new Outcome.Failure(errorClass, message));
    }
  }
}
