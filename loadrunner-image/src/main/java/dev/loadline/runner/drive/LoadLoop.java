package dev.loadline.runner.drive;

import dev.loadline.runner.http.LoadClient;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One event loop of the load, with its client and its requests; lives as long as the run. */
final class LoadLoop implements AutoCloseable {
  private final EventLoop eventLoop;
  private final LoadClient client;
  private final RequestSource source;
  private boolean preparing;
  private CompletableFuture<Integer> opening = CompletableFuture.completedFuture(0);

  LoadLoop(EventLoop eventLoop, LoadClient client, RequestSource source) {
    this.eventLoop = eventLoop;
    this.client = client;
    this.source = source;
  }

  LoadClient client() {
    return client;
  }

  /**
   * Makes requests ready and opens what is missing of so many connections; completes with the
   * number that was opened.
   */
  CompletableFuture<Integer> prepare(int connections) {
    CompletableFuture<Integer> opened = new CompletableFuture<>();
    execute(() -> {
      prepareRequests();
      opening = client.prewarm(Math.max(0, connections - client.idleConnections()));
      var _ = opening.thenAccept(opened::complete);
    });
    return opened;
  }

  /** Begins to open no more connections: from now on the requests open theirs. */
  void endPreparation() {
    execute(() -> opening.cancel(false));
  }

  /** The next request; others are made ready when the loop has done what is due now. */
  RequestSource.Ready nextRequest() {
    prepareRequests();
    return source.next();
  }

  private void prepareRequests() {
    if (!preparing) {
      preparing = true;
      execute(this::prepareOne);
    }
  }

  private void prepareOne() {
    preparing = source.prepare();
    if (preparing) {
      execute(this::prepareOne);
    }
  }

  /** Runs a task on the loop; may be called from any thread. */
  void execute(Runnable task) {
    eventLoop.execute(task);
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
