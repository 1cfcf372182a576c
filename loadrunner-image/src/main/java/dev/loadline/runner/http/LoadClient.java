package dev.loadline.runner.http;

import dev.loadline.runner.measure.RequestTimeline;
import dev.loadline.runner.measure.TokenGaps;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The HTTP client of one event loop. Every method but the constructor and {@link #close} is called
 * on that loop; callbacks come on it as well. One stream per connection, a last-in-first-out pool
 * of idle ones; when it is empty a request connects at once: the client never queues.
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class LoadClient implements AutoCloseable {
  /**
   * A client; resolves the host's name, blocking: not to be called on an event loop.
   *
   * @throws IllegalArgumentException with a sentence for the user if the CA bundle is unusable
   */
  public LoadClient(EventLoops loops, EventLoop loop, Endpoint endpoint) {}

  /**
   * Sends one request now. The timeline must have been {@link RequestTimeline#reset} and belongs to
   * the client until {@code done} is called with it, exactly once, never from within this call.
   */
  public void send(
      RequestBody body, RequestTimeline timeline, TokenGaps gaps, Consumer<RequestTimeline> done) {
    throw new UnsupportedOperationException();
  }

  /** Ends everything in flight as {@code cut}. */
  public void cutAll() {
    throw new UnsupportedOperationException();
  }

  /** Opens connections, a few at a time, and completes with the number of those that opened. */
  public CompletableFuture<Integer> prewarm(int connections) {
    throw new UnsupportedOperationException();
  }

  /** Requests sent and not yet ended. */
  public int inFlight() {
    throw new UnsupportedOperationException();
  }

  /** Kept-alive connections that died before a byte of the answer and were replaced. */
  public long reconnects() {
    throw new UnsupportedOperationException();
  }

  /** Cuts what is in flight and closes all connections; may be called from any thread. */
  @Override
  public void close() {}
}
