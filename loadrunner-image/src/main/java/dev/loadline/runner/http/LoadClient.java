package dev.loadline.runner.http;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import dev.loadline.runner.measure.TokenGaps;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client of one event loop. Every method but {@link #onEach} and {@link #close} is called
 * on that loop; callbacks come on it as well. One stream per connection, a last-in-first-out pool
 * of idle ones; when it is empty a request connects at once: the client never queues.
 */
public final class LoadClient implements AutoCloseable {
  private static final int MOST_CLOSED_AT_ONCE = 64;
  private static final long CLOSE_SECONDS = 2;
  private static final long MAX_SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MIN_SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final EventLoop loop;
  private final Endpoint endpoint;
  private final Connector connector;
  private final RequestWriter requests;
  private final AnswerTools tools;
  private final ArrayDeque<Connection> idle = new ArrayDeque<>();
  private final ArrayDeque<Connection> unused = new ArrayDeque<>();
  private final List<Connection> busy = new ArrayList<>();
  private final KeepAlive keepAlive;
  private final long sweepNanos;
  private boolean sweeping;
  private boolean sending;
  private boolean closed;

  /**
   * One client on each of the loops, in their order; together they connect to the host's addresses
   * in turn. Resolves the host's name, blocking: not to be called on an event loop.
   *
   * @throws IllegalArgumentException with a sentence for the user if the CA bundle is unusable
   */
  public static List<LoadClient> onEach(EventLoops loops, Endpoint endpoint) {
    return onEach(loops, endpoint, HostAddresses.of(endpoint));
  }

  static List<LoadClient> onEach(EventLoops loops, Endpoint endpoint, HostAddresses addresses) {
    addresses.lookUpNow(System.nanoTime());
    return loops.all().stream()
        .map(loop ->
            new LoadClient(
                loop,
                endpoint,
                new Connector(loops.client(loop), addresses, endpoint),
                KeepAlive.DEFAULT,
                AnswerBudget.ofOneLoop(loops.all().size())))
        .toList();
  }

  /** The client of one loop; the host's name must have been looked up. */
  LoadClient(
      EventLoop loop,
      Endpoint endpoint,
      Connector connector,
      KeepAlive keepAlive,
      AnswerBudget budget) {
    this.loop = loop;
    this.endpoint = endpoint;
    this.connector = connector;
    this.keepAlive = keepAlive;
    requests = new RequestWriter(endpoint);
    tools = new AnswerTools(endpoint, budget);
    sweepNanos =
        Math.clamp(endpoint.timeouts().shortestNanos() / 10, MIN_SWEEP_NANOS, MAX_SWEEP_NANOS);
  }

  /**
   * Sends one request now. The timeline must have been {@link RequestTimeline#reset} and belongs to
   * the client until {@code done} is called with it, exactly once, never from within this call.
   */
  public void send(
      RequestBody body, RequestTimeline timeline, TokenGaps gaps, Consumer<RequestTimeline> done) {
    Exchange exchange = new Exchange(body, timeline, gaps, done);
    sending = true;
    Connection connection = takeIdle();
    if (closed) {
      ended(exchange, Failures.failure(ErrorClass.CUT, "The client is closed."));
    } else if (connection == null) {
      connect(exchange);
    } else {
      enter(connection);
      connection.send(exchange);
    }
    sending = false;
  }

  /** The idle connection that was used last, unless the server may be about to close it. */
  private @Nullable Connection takeIdle() {
    Connection last = idle.peekFirst();
    return last == null || isOld(last, System.nanoTime()) ? unused.pollFirst() : idle.pollFirst();
  }

  private boolean isOld(Connection connection, long now) {
    return now - connection.idleSinceNanos() >= keepAlive.idle().toNanos();
  }

  private void connect(Exchange exchange) {
    long now = System.nanoTime();
    HostAddresses addresses = connector.addresses();
    exchange.timeline().connectStarted(now);
    addresses.refresh(now);
    Optional<Outcome.Failure> obstacle = addresses.obstacle();
    if (obstacle.isPresent()) {
      ended(exchange, obstacle.get());
    } else {
      open(new Connection(this, exchange, opened -> {}));
    }
  }

  private void open(Connection connection) {
    enter(connection);
    connection.open(connector);
  }

  private void enter(Connection connection) {
    connection.position(busy.size());
    busy.add(connection);
    if (!sweeping) {
      sweeping = true;
      Future<?> _ = loop.schedule(this::sweep, sweepNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void leave(Connection connection) {
    int position = connection.position();
    if (position >= 0) {
      Connection last = busy.removeLast();
      if (last != connection) {
        busy.set(position, last);
        last.position(position);
      }
      connection.position(-1);
    }
  }

  /**
   * Looks for time-outs and old idle connections: one look at all connections costs less than a
   * timer for each request.
   */
  private void sweep() {
    long now = System.nanoTime();
    for (int i = busy.size() - 1; i >= 0; i--) {
      if (i < busy.size()) {
        busy.get(i).checkTime(now, endpoint.timeouts());
      }
    }
    for (int i = 0; i < MOST_CLOSED_AT_ONCE && !idle.isEmpty(); i++) {
      Connection oldest = idle.getLast();
      if (!isOld(oldest, now)) {
        break;
      }
      oldest.close();
    }
    sweeping = !busy.isEmpty() || !idle.isEmpty();
    if (sweeping) {
      Future<?> _ = loop.schedule(this::sweep, sweepNanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Ends everything in flight as {@code cut}. */
  public void cutAll() {
    List.copyOf(busy).forEach(Connection::cut);
  }

  /**
   * Opens connections, a few at a time, and completes with the number of those that opened; once it
   * is cancelled, no more are begun.
   */
  public CompletableFuture<Integer> prewarm(int connections) {
    Prewarming prewarming = new Prewarming(connections, this::openIdle);
    prewarming.begin();
    return prewarming.result();
  }

  private void openIdle(Consumer<Boolean> whenOpened) {
    if (closed || connector.addresses().known().isEmpty()) {
      whenOpened.accept(false);
    } else {
      open(new Connection(this, null, whenOpened));
    }
  }

  /** Cuts what is in flight and closes all connections; may be called from any thread. */
  @Override
  public void close() {
    if (loop.inEventLoop()) {
      closeAll();
      return;
    }
    try {
      loop.submit(this::closeAll).awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      closed = true; // The loop has ended, and its connections with it.
    }
  }

  private void closeAll() {
    closed = true;
    cutAll();
    List.copyOf(idle).forEach(Connection::close);
    List.copyOf(unused).forEach(Connection::close);
  }

  /** The connection can take another request. */
  void idle(Connection connection) {
    keep(connection, idle);
  }

  /** The connection can take its first request. */
  void unused(Connection connection) {
    keep(connection, unused);
  }

  private void keep(Connection connection, ArrayDeque<Connection> pool) {
    leave(connection);
    if (closed) {
      connection.close();
    } else {
      pool.addFirst(connection);
    }
  }

  /** The connection is of no use any more. */
  void closed(Connection connection) {
    if (connection.position() >= 0) {
      leave(connection);
    } else if (!idle.removeLastOccurrence(connection)) {
      unused.remove(connection);
    }
  }

  /** No connection came about: the host may have moved. */
  void cannotConnect() {
    connector.addresses().refreshAfterFailure(System.nanoTime());
  }

  /** Runs this on the loop: at once if it is there already. */
  void onLoop(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  /** Sends once more what a dead kept-alive connection did not. */
  void reconnect(Exchange exchange) {
    exchange.timeline().reconnected();
    connect(exchange);
  }

  /** A request has ended. */
  void ended(Exchange exchange, Outcome outcome) {
    exchange.ended(System.nanoTime(), outcome);
    if (sending) {
      loop.execute(exchange::tell);
    } else {
      exchange.tell();
    }
  }

  /** Connections that wait for a request. */
  public int idleConnections() {
    return idle.size() + unused.size();
  }

  KeepAlive keepAlive() {
    return keepAlive;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  RequestWriter requests() {
    return requests;
  }

  AnswerTools tools() {
    return tools;
  }
}
