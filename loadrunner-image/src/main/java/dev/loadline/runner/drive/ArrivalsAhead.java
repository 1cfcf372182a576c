package dev.loadline.runner.drive;

import dev.loadline.runner.arrival.ArrivalProcess;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Arrivals that another thread works out ahead, a block at a time, so that reading a file delays no
 * loop. A loop that needs the next block before it is there asks again later: what is late then
 * shows as its send lag.
 */
final class ArrivalsAhead implements ArrivalProcess {
  static final int BLOCK = 1024;

  private final ArrivalProcess arrivals;
  private final Executor worker;
  private CompletableFuture<long[]> next;
  private long[] block;
  private int taken;

  /** Waits for the first block, so it is not to be called on a loop. */
  ArrivalsAhead(ArrivalProcess arrivals, Executor worker) {
    this.arrivals = arrivals;
    this.worker = worker;
    block = begin().join();
    next = begin();
  }

  /** What goes wrong is the worker's to tell. */
  private CompletableFuture<long[]> begin() {
    CompletableFuture<long[]> begun = new CompletableFuture<>();
    worker.execute(() -> {
      try {
        begun.complete(workOut());
      } catch (RuntimeException e) {
        begun.completeExceptionally(e);
        throw e;
      }
    });
    return begun;
  }

  private long[] workOut() {
    long[] instants = new long[BLOCK];
    for (int i = 0; i < BLOCK; i++) {
      instants[i] = arrivals.nextNanos();
    }
    return instants;
  }

  @Override
  public boolean isReady() {
    return taken < block.length || next.isDone();
  }

  @Override
  public long nextNanos() {
    if (taken == block.length) {
      block = next.join();
      next = begin();
      taken = 0;
    }
    return block[taken++];
  }
}
