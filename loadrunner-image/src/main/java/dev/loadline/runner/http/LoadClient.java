package dev.loadline.runner.http;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The HTTP client of one event loop. Every method but {@link #onEach} and {@link #close} is called
 * on that loop; callbacks come on it as well. One stream per connection; a {@link Lane} without an
 * idle one connects at once: the client never queues.
 */
public final class LoadClient implements AutoCloseable {
  private static final long CLOSE_SECONDS = 2;
  private static final long LEAST_SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int SWEEPS_PER_LOOK = 50;

  private final EventLoop loop;
  private final Endpoint endpoint;
  private final Connector connector;
  private final RequestWriter requests;
  private final AnswerTools tools;
  private final IdleConnections pool;
  private final Lane pooled = new Lane(this, ConnectionReuse.POOLED);
  private final BusyConnections busy;
  private final KeepAlive keepAlive;
  private final long lookNanos;
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
    pool = new IdleConnections(keepAlive);
    requests = new RequestWriter(endpoint);
    tools = new AnswerTools(endpoint, budget);
    lookNanos = Math.min(endpoint.timeouts().shortestNanos(), AnswerReader.AFTER_DONE_NANOS);
    sweepNanos = Math.max(LEAST_SWEEP_NANOS, lookNanos / SWEEPS_PER_LOOK);
    busy = new BusyConnections(sweepNanos, lookNanos);
  }

  /**
   * A way for one sender's requests: a user of a closed loop, or all arrivals of an open one. Those
   * that pool their connections share one lane.
   */
  public Lane lane(ConnectionReuse reuse) {
    return reuse == ConnectionReuse.POOLED ? pooled : new Lane(this, reuse);
  }

  /** Sends one request now, over the connection that its lane says. */
  void send(Exchange exchange, Lane lane) {
    sending = true;
    Connection connection = closed ? null : lane.take();
    if (closed) {
      ended(exchange, Failures.failure(ErrorClass.CUT, "The client is closed."));
    } else if (connection == null) {
      connect(exchange, lane);
    } else {
      enter(connection);
      connection.send(exchange, lane);
    }
    sending = false;
  }

  private void connect(Exchange exchange, Lane lane) {
    long now = System.nanoTime();
    HostAddresses addresses = connector.addresses();
    exchange.timeline().connectStarted(now);
    addresses.refresh(now);
    Optional<Outcome.Failure> obstacle = addresses.obstacle();
    if (obstacle.isPresent()) {
      ended(exchange, obstacle.get());
    } else {
      open(new Connection(this, exchange, lane, opened -> {}));
    }
  }

  private void open(Connection connection) {
    enter(connection);
    connection.open(connector);
  }

  private void enter(Connection connection) {
    busy.put(connection, System.nanoTime(), lookNanos);
    if (!sweeping) {
      sweeping = true;
      scheduleSweep();
    }
  }

  private void scheduleSweep() {
    Future<?> _ = loop.schedule(this::sweep, sweepNanos, TimeUnit.NANOSECONDS);
  }

  /**
   * Ends what has waited for too long and closes old idle connections. What comes meanwhile moves a
   * deadline, but none to less than the time between two looks from then: so each connection is
   * looked at when that has passed or its deadline has, whichever is earlier. That costs less than
   * a timer for each request.
   */
  private void sweep() {
    long now = System.nanoTime();
    for (Connection connection : busy.due(now)) {
      if (busy.contains(connection)) {
        connection.checkTime(now, endpoint.timeouts());
      }
      if (busy.contains(connection)) {
        long left = connection.deadlineNanos(endpoint.timeouts()) - now;
        busy.put(connection, now, Math.clamp(left, 0, lookNanos));
      }
    }
    pool.closeOld(now);
    sweeping = !busy.isEmpty() || !pool.isEmpty();
    if (sweeping) {
      scheduleSweep();
    }
  }

  /** Ends everything in flight as {@code cut}. */
  public void cutAll() {
    busy.all().forEach(Connection::cut);
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
      open(new Connection(this, null, pooled, whenOpened));
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
    pool.closeAll();
  }

  /** The connection can take another request of anyone's or of its lane's. */
  void idle(Connection connection, Lane lane) {
    busy.remove(connection);
    if (closed) {
      connection.close();
    } else {
      lane.giveBack(connection);
    }
  }

  /** The connection can take its first request. */
  void unused(Connection connection) {
    busy.remove(connection);
    if (closed) {
      connection.close();
    } else {
      pool.addUnused(connection);
    }
  }

  /** The connection is of no use any more. */
  void closed(Connection connection) {
    if (!busy.remove(connection)) {
      pool.remove(connection);
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
  void reconnect(Exchange exchange, Lane lane) {
    exchange.timeline().reconnected();
    connect(exchange, lane);
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

  /** Connections that wait for a request of anyone's. */
  public int idleConnections() {
    return pool.count();
  }

  IdleConnections pool() {
    return pool;
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
