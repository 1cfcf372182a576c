package dev.loadline.runner.drive;

import dev.loadline.runner.http.ConnectionReuse;
import dev.loadline.runner.http.Lane;
import dev.loadline.runner.http.LoadClient;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One event loop of the load, with its client and its requests; lives as long as the run. */
final class LoadLoop implements AutoCloseable {
  private final EventLoop eventLoop;
  private final LoadClient client;
  private final ConnectionReuse reuse;
  private final RequestQueue requests;
  private CompletableFuture<Integer> opening = CompletableFuture.completedFuture(0);

  LoadLoop(EventLoop eventLoop, LoadClient client, ConnectionReuse reuse, RequestQueue requests) {
    this.eventLoop = eventLoop;
    this.client = client;
    this.reuse = reuse;
    this.requests = requests;
  }

  LoadClient client() {
    return client;
  }

  RequestQueue requests() {
    return requests;
  }

  /** The way of one sender's requests, by the plan's rule. */
  Lane lane() {
    return client.lane(reuse);
  }

  /**
   * Opens what is missing of so many connections, and waits for the first requests to be made;
   * completes with the number that was opened. Requests that each open their own want none.
   */
  CompletableFuture<Integer> prepare(int connections) {
    CompletableFuture<Integer> opened = new CompletableFuture<>();
    int wanted = reuse == ConnectionReuse.PER_REQUEST ? 0 : connections;
    execute(() -> {
      opening = client.prewarm(Math.max(0, wanted - client.idleConnections()));
      var _ = opening.thenAccept(opened::complete);
    });
    return opened.thenCombine(requests.filled(), (count, _) -> count);
  }

  /** Begins to open no more connections: from now on the requests open theirs. */
  void endPreparation() {
    execute(() -> opening.cancel(false));
  }

  /** Runs a task on the loop; may be called from any thread. */
  void execute(Runnable task) {
    eventLoop.execute(task);
  }

  /**
   * Runs a task on the loop once it has looked for what came from the network, which it otherwise
   * may not do for a second while there are tasks; may be called from any thread.
   */
  void nextTurn(Runnable task) {
    nextTurn(eventLoop, task);
  }

  /** The same on a loop. */
  static void nextTurn(EventLoop eventLoop, Runnable task) {
    var _ = eventLoop.schedule(task, 1, TimeUnit.NANOSECONDS);
  }

  /** Runs a task on the loop after a delay; called on the loop. */
  void schedule(Runnable task, long delayNanos) {
    var _ = eventLoop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    client.close();
  }
}
