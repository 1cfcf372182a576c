package dev.loadline.runner.http;

import static dev.loadline.runner.http.Failures.failure;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Reads one HTTP answer and says how it has ended. */
final class AnswerReader {
  /** How long an answer that has said its last is waited for to end, the shortest of its waits. */
  static final long AFTER_DONE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long ERROR_BODY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final String NO_HTTP = "The server's answer is no HTTP: check host and port.";
  private static final Optional<Outcome> NOT_YET = Optional.empty();

  private enum State {
    /** No headers yet. */
    WAITING,
    /** Reading the body of a 2xx answer. */
    ANSWER,
    /** Reading the body of another answer. */
    ERROR
  }

  private final AnswerTools tools;
  private final ReadStamp stamp;
  private final AnswerDecoder decoder;
  private final Exchange exchange;
  private State state = State.WAITING;
  private ErrorAnswer error = new ErrorAnswer(0);
  private long errorNanos;
  private boolean informational;
  private boolean keepAlive;
  private boolean whole;

  /**
   * A reader.
   *
   * @param tools shared with the other connections of the loop
   * @param stamp says when what it reads came off the socket
   * @param exchange the request whose answer it reads
   */
  AnswerReader(AnswerTools tools, ReadStamp stamp, Exchange exchange) {
    this.tools = tools;
    this.stamp = stamp;
    this.exchange = exchange;
    decoder = new AnswerDecoder(tools, exchange);
  }

  /** Gives back the memory of the answer, which has ended. */
  void release() {
    decoder.release();
  }

  /** Takes the next part of the answer; says how the request has ended if that is known now. */
  Optional<Outcome> read(HttpObject part) {
    if (part.decoderResult().isFailure()) {
      Throwable cause = part.decoderResult().cause();
      if (cause instanceof PrematureChannelClosureException) {
        return Optional.of(ended(false));
      }
      return state == State.ERROR ? Optional.of(errorWithBrokenBody()) : bad(unreadable(cause));
    }
    Optional<Outcome> ended = NOT_YET;
    if (part instanceof HttpResponse response) {
      ended = head(response);
    }
    if (ended.isEmpty() && part instanceof HttpContent content) {
      ended = content(content);
    }
    return ended;
  }

  /** The status says what went wrong, whatever came of the body. */
  private Outcome errorWithBrokenBody() {
    Outcome.Failure failure = errorAnswer();
    return failure(
        failure.errorClass(),
        failure.message() + " (the body of this answer breaks HTTP's chunked framing)");
  }

  private Outcome.Failure errorAnswer() {
    return error.failure(tools.parser(), tools.redactor(), exchange.body());
  }

  /** After the headers, only the framing of the chunks is left to be read as HTTP. */
  private String unreadable(Throwable cause) {
    if (cause instanceof TooLongHttpHeaderException) {
      return "The headers of the answer are larger than 64 KiB.";
    }
    return state == State.WAITING
        ? NO_HTTP
        : "The answer breaks HTTP's chunked framing after it began: check the server and what is"
            + " in between.";
  }

  private Optional<Outcome> head(HttpResponse response) {
    int status = response.status().code();
    if (status < 100) {
      return bad(NO_HTTP);
    }
    if (status < 200 && status != 101) {
      informational = true;
      return NOT_YET;
    }
    exchange.timeline().headers(stamp.nanos());
    keepAlive = HttpUtil.isKeepAlive(response);
    if (status == 101 || (status >= 300 && status < 400)) {
      return Optional.of(
          Failures.ofRedirect(
              status,
              response.headers(),
              location -> tools.redactor().clean(location, exchange.body())));
    }
    if (status >= 400) {
      state = State.ERROR;
      errorNanos = stamp.nanos();
      error = new ErrorAnswer(status);
    } else if (Failures.isIdentity(response.headers())) {
      state = State.ANSWER;
    } else {
      return bad("The answer is compressed, though the request says that it must not be.");
    }
    return NOT_YET;
  }

  private Optional<Outcome> content(HttpContent content) {
    if (informational) {
      informational = false; // Netty knows that it has no body.
      return NOT_YET;
    }
    boolean last = content instanceof LastHttpContent;
    ByteBuf bytes = content.content();
    byte[] copy = tools.scratch();
    while (bytes.isReadable()) {
      int length = Math.min(bytes.readableBytes(), copy.length);
      bytes.readBytes(copy, 0, length);
      if (!take(copy, length)) {
        return Optional.of(ended(true));
      }
    }
    whole = last;
    return last ? Optional.of(ended(true)) : NOT_YET;
  }

  /** False if no more of the body is wanted. */
  private boolean take(byte[] bytes, int length) {
    if (state == State.ERROR) {
      return error.content(bytes, 0, length);
    }
    decoder.content(bytes, 0, length, stamp.nanos());
    return decoder.failure().isEmpty();
  }

  private Outcome ended(boolean properly) {
    return switch (state) {
      case WAITING -> failure(ErrorClass.TRUNCATED, "The answer broke off within its headers.");
      case ANSWER -> decoder.end(properly);
      case ERROR -> errorAnswer();
    };
  }

  /**
   * How the request has ended, given that the connection is closed.
   *
   * @param cause what broke it, or nothing if the server closed it
   * @param began whether anything of the answer has come
   */
  Outcome broken(Optional<Throwable> cause, boolean began) {
    if (isDecided()) {
      return ended(false);
    }
    if (cause.isPresent()) {
      return Failures.ofBreaking(cause.get());
    }
    return began
        ? ended(false)
        : failure(ErrorClass.RESET, "The server closed the connection before it answered.");
  }

  /** How the request has ended, given that the load is over. */
  Outcome cut() {
    return isDecided()
        ? ended(false)
        : failure(ErrorClass.CUT, "Still in flight when the load ended.");
  }

  /** True if only the body's end is missing: what has come says how the request ended. */
  private boolean isDecided() {
    return state == State.ERROR || isComplete();
  }

  private boolean isComplete() {
    return state == State.ANSWER && decoder.isComplete();
  }

  /** True if the answer has come to its end and the server keeps the connection open. */
  boolean leavesConnectionOpen() {
    return whole && keepAlive;
  }

  /** When the request will have waited for too long, unless more of its answer comes. */
  long deadlineNanos(Timeouts timeouts) {
    if (state == State.ERROR) {
      return errorNanos + ERROR_BODY_NANOS;
    }
    long lastEvent = decoder.lastEventNanos();
    if (lastEvent == RequestTimeline.NEVER) {
      return exchange.timeline().sentNanos() + timeouts.firstToken().toNanos();
    }
    long idle = timeouts.idle().toNanos();
    return lastEvent + (decoder.isDone() ? Math.min(idle, AFTER_DONE_NANOS) : idle);
  }

  /** Says how the request has ended if it has waited for too long. */
  Optional<Outcome> checkTime(long now, Timeouts timeouts) {
    if (now - deadlineNanos(timeouts) <= 0) {
      return NOT_YET;
    }
    if (state == State.ERROR) {
      return Optional.of(ended(false));
    }
    if (decoder.lastEventNanos() == RequestTimeline.NEVER) {
      return Optional.of(noToken(timeouts));
    }
    return Optional.of(decoder.isDone() || isComplete() ? ended(true) : idle(timeouts));
  }

  private static Outcome noToken(Timeouts timeouts) {
    return failure(
        ErrorClass.FIRST_TOKEN_TIMEOUT,
        "No token arrived within " + Failures.time(timeouts.firstToken()) + ".");
  }

  private static Outcome idle(Timeouts timeouts) {
    return failure(
        ErrorClass.IDLE_TIMEOUT,
        "Nothing arrived for " + Failures.time(timeouts.idle()) + " after a token.");
  }

  private static Optional<Outcome> bad(String sentence) {
    return Optional.of(failure(ErrorClass.BAD_RESPONSE, sentence));
  }
}
