package dev.loadline.runner.http;

import static dev.loadline.runner.http.Failures.failure;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection with at most one request on it, from its opening to its end. It ends every request
 * that it was given exactly once, or hands it back to be sent on another connection.
 */
final class Connection extends ChannelInboundHandlerAdapter {
  private static final long ERROR_BODY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long AFTER_DONE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private enum State {
    CONNECTING,
    IDLE,
    /** Sent, no headers of the answer yet. */
    WAITING,
    /** Reading the body of a 2xx answer. */
    ANSWER,
    /** Reading the body of another answer. */
    ERROR,
    CLOSED
  }

  private final LoadClient client;
  private final ReadStamp stamp = new ReadStamp();
  private final ReadStamp plain;
  private final Consumer<Boolean> whenOpened;
  private final long openedNanos = System.nanoTime();
  private State state = State.CONNECTING;
  private @Nullable Channel channel;
  private @Nullable Exchange exchange;
  private @Nullable AnswerDecoder decoder;
  private @Nullable ErrorAnswer error;
  private @Nullable ChannelFuture written;
  private boolean pooled;
  private boolean keepAlive;
  private boolean informational;
  private long errorNanos;
  private int position = -1;

  /**
   * A connection about to be opened.
   *
   * @param first what to send when it is open, or nothing
   * @param whenOpened hears whether it could be opened
   */
  Connection(LoadClient client, @Nullable Exchange first, Consumer<Boolean> whenOpened) {
    this.client = client;
    this.exchange = first;
    this.whenOpened = whenOpened;
    plain = client.endpoint().isTls() ? new ReadStamp() : stamp;
  }

  /** Begins to connect. */
  void open(Connector connector) {
    connector
        .connect(stamp, plain, this)
        .addListener(future -> {
          if (!future.isSuccess()) {
            cannotOpen(future.cause());
          }
        });
  }

  /** Where it stands in the client's list of busy connections; negative if it does not. */
  int position() {
    return position;
  }

  void position(int next) {
    position = next;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (!client.endpoint().isTls()) {
      opened();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        opened();
      } else {
        cannotOpen(handshake.cause());
      }
    }
  }

  private void opened() {
    if (state != State.CONNECTING) {
      return;
    }
    Exchange first = exchange;
    state = State.IDLE;
    if (first == null) {
      client.idle(this);
    } else {
      first.timeline().connected(System.nanoTime());
      write(first);
    }
    whenOpened.accept(true);
  }

  private void cannotOpen(Throwable cause) {
    if (state == State.CONNECTING) {
      end(Failures.ofConnecting(cause, client.endpoint()), false);
    }
  }

  /** Sends a request over this idle connection. */
  void send(Exchange next) {
    pooled = true;
    write(next);
  }

  private void write(Exchange next) {
    exchange = next;
    state = State.WAITING;
    informational = false;
    keepAlive = false;
    plain.reset();
    if (decoder == null) {
      decoder = new AnswerDecoder(client.parser(), client.redactor(), next);
    } else {
      decoder.begin(next);
    }
    FullHttpRequest request = client.requests().request(next.body());
    next.timeline().sent(System.nanoTime());
    ChannelFuture sending = channel().writeAndFlush(request);
    written = sending;
    sending.addListener(future -> {
      if (!future.isSuccess()) {
        broken(Optional.ofNullable(future.cause()));
      }
    });
  }

  private Channel channel() {
    if (channel == null) {
      throw new IllegalStateException("not connected");
    }
    return channel;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (exchange == null) {
        close();
      } else if (((HttpObject) message).decoderResult().isFailure()) {
        unreadable(((HttpObject) message).decoderResult().cause());
      } else {
        if (message instanceof HttpResponse response) {
          head(exchange, response);
        }
        if (message instanceof HttpContent content && exchange != null) {
          content(content);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void unreadable(Throwable cause) {
    String size =
        String.valueOf(cause.getMessage()).contains("larger than") ? " of absurd size" : "";
    end(failure(ErrorClass.BAD_RESPONSE, "The server's answer is no HTTP" + size + "."), false);
  }

  private void head(Exchange current, HttpResponse response) {
    int status = response.status().code();
    if (status < 200 && status != 101) {
      informational = true;
      return;
    }
    current.timeline().headers(stamp.nanos());
    keepAlive = HttpUtil.isKeepAlive(response);
    if (status == 101 || (status >= 300 && status < 400)) {
      end(redirect(current, response), false);
    } else if (status >= 400) {
      state = State.ERROR;
      errorNanos = stamp.nanos();
      error = new ErrorAnswer(status);
    } else if (!Failures.isIdentity(response.headers())) {
      String sentence = "The answer is compressed, though the request says that it must not be.";
      end(failure(ErrorClass.BAD_RESPONSE, sentence), false);
    } else {
      state = State.ANSWER;
    }
  }

  private Outcome redirect(Exchange current, HttpResponse response) {
    return Failures.ofRedirect(
        response.status().code(),
        response.headers(),
        location -> client.redactor().clean(location, current.body()));
  }

  private void content(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (informational) {
      informational = !last;
      return;
    }
    boolean enough = false;
    ByteBuf bytes = content.content();
    byte[] copy = client.scratch();
    while (bytes.isReadable() && !enough) {
      int length = Math.min(bytes.readableBytes(), copy.length);
      bytes.readBytes(copy, 0, length);
      enough = !take(copy, length);
    }
    if (last || enough) {
      end(outcome(true), last && !enough);
    }
  }

  private boolean take(byte[] bytes, int length) {
    if (state == State.ERROR && error != null) {
      return error.content(bytes, 0, length);
    }
    if (decoder == null) {
      return false;
    }
    decoder.content(bytes, 0, length, stamp.nanos());
    return decoder.failure().isEmpty();
  }

  /** How the request has ended, given that no more of the body comes. */
  private Outcome outcome(boolean properly) {
    if (state == State.ERROR && error != null && exchange != null) {
      return error.failure(client.parser(), client.redactor(), exchange.body());
    }
    if (state == State.ANSWER && decoder != null) {
      return decoder.end(properly);
    }
    return plain.hasRead()
        ? failure(ErrorClass.TRUNCATED, "The answer broke off within its headers.")
        : failure(ErrorClass.RESET, "The server closed the connection before it answered.");
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    broken(Optional.empty());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    broken(Optional.of(cause));
  }

  private void broken(Optional<Throwable> cause) {
    Exchange current = exchange;
    if (state == State.CONNECTING) {
      cause.ifPresent(this::cannotOpen);
    } else if (current == null) {
      close();
    } else if (pooled && !plain.hasRead() && !current.timeline().isReconnected()) {
      exchange = null;
      close();
      client.reconnect(current);
    } else if (cause.isPresent() && state != State.ERROR && !isComplete()) {
      end(Failures.ofBreaking(cause.get()), false);
    } else {
      end(outcome(false), false);
    }
  }

  private boolean isComplete() {
    return state == State.ANSWER && decoder != null && decoder.isComplete();
  }

  /** Ends the request if it has waited for too long. */
  void checkTime(long now, Timeouts timeouts) {
    switch (state) {
      case CONNECTING -> {
        if (now - openedNanos > timeouts.connect().toNanos()) {
          end(Failures.ofConnectTimeout(client.endpoint()), false);
        }
      }
      case ERROR -> {
        if (now - errorNanos > ERROR_BODY_NANOS) {
          end(outcome(false), false);
        }
      }
      case WAITING, ANSWER -> checkTokens(now, timeouts);
      case IDLE, CLOSED -> {}
    }
  }

  private void checkTokens(long now, Timeouts timeouts) {
    if (decoder == null || exchange == null) {
      return;
    }
    long lastEvent = decoder.lastEventNanos();
    long sinceEvent = now - lastEvent;
    if (lastEvent == RequestTimeline.NEVER) {
      if (now - exchange.timeline().sentNanos() > timeouts.firstToken().toNanos()) {
        String sentence = "No token arrived within " + Failures.time(timeouts.firstToken()) + ".";
        end(failure(ErrorClass.FIRST_TOKEN_TIMEOUT, sentence), false);
      }
    } else if (decoder.isDone() && sinceEvent > AFTER_DONE_NANOS) {
      end(outcome(true), false);
    } else if (sinceEvent > timeouts.idle().toNanos()) {
      String sentence = "Nothing arrived for " + Failures.time(timeouts.idle()) + " after a token.";
      end(isComplete() ? outcome(true) : failure(ErrorClass.IDLE_TIMEOUT, sentence), false);
    }
  }

  /** Ends the request as cut, and the connection with it. */
  void cut() {
    end(failure(ErrorClass.CUT, "Still in flight when the load ended."), false);
  }

  private void end(Outcome outcome, boolean reusable) {
    Exchange ended = exchange;
    boolean opening = state == State.CONNECTING;
    exchange = null;
    error = null;
    if (reusable && keepAlive && written != null && written.isSuccess()) {
      state = State.IDLE;
      client.idle(this);
    } else {
      close();
    }
    if (opening) {
      whenOpened.accept(false);
    }
    if (ended != null) {
      client.ended(ended, outcome);
    }
  }

  /** Closes the connection; a request on it is lost. */
  void close() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      client.closed(this);
      if (channel != null) {
        ChannelFuture _ = channel.close();
      }
    }
  }
}
