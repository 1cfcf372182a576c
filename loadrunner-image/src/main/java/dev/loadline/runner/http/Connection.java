package dev.loadline.runner.http;

import static dev.loadline.runner.http.Failures.failure;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection with at most one request on it, from its opening to its end. It ends every request
 * that it was given exactly once, or hands it back to be sent on another connection.
 */
final class Connection extends ChannelInboundHandlerAdapter {
  private enum State {
    CONNECTING,
    IDLE,
    BUSY,
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
  private Lane lane;
  private @Nullable AnswerReader reader;
  private @Nullable ChannelFuture written;
  private boolean pooled;
  private int slot = BusyConnections.NOWHERE;
  private long idleSinceNanos;

  /**
   * A connection about to be opened.
   *
   * @param first what to send when it is open, or nothing
   * @param lane of the first request, or that of all
   * @param whenOpened hears whether it could be opened
   */
  Connection(LoadClient client, @Nullable Exchange first, Lane lane, Consumer<Boolean> whenOpened) {
    this.client = client;
    this.exchange = first;
    this.lane = lane;
    this.whenOpened = whenOpened;
    plain = client.endpoint().isTls() ? new ReadStamp() : stamp;
  }

  /** Begins to connect. Without a socket the future's listener runs on a thread of Netty's own. */
  void open(Connector connector) {
    connector
        .connect(stamp, plain, this)
        .addListener(future -> {
          if (!future.isSuccess()) {
            client.onLoop(() -> cannotOpen(future.cause()));
          }
        });
  }

  /** Where it stands among the client's busy connections, which alone set it. */
  int slot() {
    return slot;
  }

  void slot(int next) {
    slot = next;
  }

  /** When its last answer ended, a monotonic instant. */
  long idleSinceNanos() {
    return idleSinceNanos;
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
      client.unused(this);
    } else {
      first.timeline().connected(System.nanoTime());
      write(first);
    }
    whenOpened.accept(true);
  }

  private void cannotOpen(Throwable cause) {
    if (state == State.CONNECTING) {
      end(Failures.ofConnecting(cause, client.endpoint()));
    }
  }

  /** Sends a request of that lane over this idle connection. */
  void send(Exchange next, Lane of) {
    pooled = true;
    lane = of;
    write(next);
  }

  private void write(Exchange next) {
    exchange = next;
    state = State.BUSY;
    plain.reset();
    reader = new AnswerReader(client.tools(), stamp, next);
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
      if (state == State.BUSY && reader != null) {
        endIfKnown(reader.read((HttpObject) message));
      } else {
        close();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
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
    } else if (wasDeadBefore(current)) {
      exchange = null;
      close();
      client.reconnect(current, lane);
    } else if (reader != null) {
      end(reader.broken(cause, plain.hasRead()));
    }
  }

  /** Whether the server had closed this connection before the request came: then it is resent. */
  private boolean wasDeadBefore(Exchange current) {
    return pooled
        && !plain.hasRead()
        && !current.timeline().isReconnected()
        && System.nanoTime() - current.timeline().sentNanos()
            <= client.keepAlive().race().toNanos();
  }

  /** When it will have waited for too long unless something comes; of a busy one. */
  long deadlineNanos(Timeouts timeouts) {
    return reader == null
        ? openedNanos + timeouts.connect().toNanos()
        : reader.deadlineNanos(timeouts);
  }

  /** Ends the request, or the opening, of a busy one if it has waited for too long. */
  void checkTime(long now, Timeouts timeouts) {
    if (reader != null) {
      endIfKnown(reader.checkTime(now, timeouts));
    } else if (now - deadlineNanos(timeouts) > 0) {
      end(Failures.ofConnectTimeout(client.endpoint()));
    }
  }

  private void endIfKnown(Optional<Outcome> outcome) {
    if (outcome.isPresent()) {
      end(outcome.get());
    }
  }

  /** Ends the request, as cut unless its answer is complete, and the connection with it. */
  void cut() {
    end(
        reader == null
            ? failure(ErrorClass.CUT, "Not yet sent when the load ended.")
            : reader.cut());
  }

  private void end(Outcome outcome) {
    Exchange ended = exchange;
    boolean opening = state == State.CONNECTING;
    exchange = null;
    if (reader != null) {
      reader.release();
    }
    if (state == State.BUSY && isReusable()) {
      state = State.IDLE;
      reader = null; // It holds the request, and a connection may rest for long.
      written = null;
      idleSinceNanos = System.nanoTime();
      client.idle(this, lane);
    } else {
      close();
    }
    if (opening) {
      client.cannotConnect();
      whenOpened.accept(false);
    }
    if (ended != null) {
      client.ended(ended, outcome);
    }
  }

  private boolean isReusable() {
    return reader != null
        && reader.leavesConnectionOpen()
        && written != null
        && written.isSuccess()
        && channel().isActive();
  }

  /** Closes the connection; a request on it is lost. */
  void close() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      client.closed(this);
      lane.lost(this);
      if (channel != null) {
        ChannelFuture _ = channel.close();
      }
    }
  }
}
