package dev.loadline.operator.kube;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/**
 * Threads of an operator. What a killed one throws while it falls apart is nobody's business:
 * whoever waits for something else, in this test or the next, would be blamed for it.
 */
final class OperatorThreads extends ThreadGroup {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private volatile boolean dead;

  OperatorThreads(String name) {
    super(name);
  }

  @Override
  public void uncaughtException(Thread thread, Throwable late) {
    // One that dies while it starts ends by itself before anybody says so.
    if (!dead && !(late instanceof RejectedExecutionException)) {
      super.uncaughtException(thread, late);
    }
  }

  /** Whether this thread is one of an operator that was killed. */
  static boolean killed(Thread thread) {
    for (ThreadGroup of = thread.getThreadGroup(); of != null; of = of.getParent()) {
      if (of instanceof OperatorThreads threads) {
        return threads.dead;
      }
    }
    return false;
  }

  /** Nothing that they throw or log is heard of from now on. */
  void silence() {
    dead = true;
  }

  /** Threads that are made meanwhile belong to this group. */
  void run(Runnable start) {
    FutureTask<Void> task = new FutureTask<>(start, null);
    new Thread(this, task, getName()).start();
    try {
      task.get();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException(failed.getCause());
    } catch (InterruptedException stopping) {
      throw new IllegalStateException(stopping);
    }
  }

  /** Without a word; the thread that ends it, for whoever wants to wait for it. */
  Thread die(Runnable end) {
    silence();
    Thread ending = new Thread(this, end, getName() + "-ends");
    ending.start();
    return ending;
  }

  static void awaitEnd(List<Thread> endings) {
    long last = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (Thread ending : endings) {
        long left = Math.max(1, (last - System.nanoTime()) / 1_000_000);
        ending.join(left);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
