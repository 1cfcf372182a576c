package dev.loadline.runner.http;

import dev.loadline.runner.measure.RequestTimeline;
import dev.loadline.runner.measure.TokenGaps;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of one sender's requests over a client's connections, by a rule of reuse. Made by {@link
 * LoadClient#lane}, and like the client used on its loop only.
 */
public final class Lane implements AutoCloseable {
  private final LoadClient client;
  private final ConnectionReuse reuse;
  private @Nullable Connection own;
  private boolean closed;

  Lane(LoadClient client, ConnectionReuse reuse) {
    this.client = client;
    this.reuse = reuse;
  }

  /**
   * Sends one request now. The timeline must have been {@link RequestTimeline#reset} and belongs to
   * the client until {@code done} is called with it, exactly once, never from within this call.
   */
  public void send(
      RequestBody body, RequestTimeline timeline, TokenGaps gaps, Consumer<RequestTimeline> done) {
    client.send(new Exchange(body, timeline, gaps, done), this);
  }

  /** The same, and the answer's text is kept there. */
  public void send(
      RequestBody body,
      RequestTimeline timeline,
      TokenGaps gaps,
      AnswerText text,
      Consumer<RequestTimeline> done) {
    client.send(new Exchange(body, timeline, gaps, done, text), this);
  }

  /** A connection for the next request; nothing if it must open one. */
  @Nullable Connection take() {
    return switch (reuse) {
      case POOLED -> client.pool().take();
      case PER_REQUEST -> null;
      case PER_USER -> {
        Connection mine = own;
        own = null;
        if (mine == null) {
          yield client.pool().take();
        }
        client.pool().remove(mine);
        yield mine;
      }
    };
  }

  /** Takes back an open connection whose request has ended. */
  void giveBack(Connection connection) {
    switch (reuse) {
      case POOLED -> client.pool().add(connection);
      case PER_REQUEST -> connection.close();
      case PER_USER -> {
        if (own == null && !closed) {
          own = connection;
          client.pool().lend(connection);
        } else {
          client.pool().add(connection);
        }
      }
    }
  }

  /** Its idle connection has died, or is taken from it. */
  void lost(Connection connection) {
    if (own == connection) {
      own = null;
    }
  }

  /** The sender is gone: what it leaves open is for others. */
  @Override
  public void close() {
    closed = true;
    Connection mine = own;
    own = null;
    if (mine != null) {
      client.pool().add(mine);
    }
  }
}
