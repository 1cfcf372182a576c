package dev.loadline.runner.drive;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that makes requests, for all loops: a prompt of 100,000 tokens takes a millisecond
 * or two, by which no event loop must be late. It fills the loops' queues in turn, and before each
 * request does what it was asked to execute. It has a low priority, since loops have something
 * ready while it waits.
 */
final class RequestMaker implements Executor, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RequestMaker.class);

  private final List<RequestQueue> queues = new CopyOnWriteArrayList<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Consumer<Throwable> failed;
  private final Thread thread;
  private volatile boolean closed;

  private RequestMaker(Consumer<Throwable> failed) {
    this.failed = failed;
    thread = Thread.ofPlatform().daemon().name("requests").unstarted(this::run);
  }

  /**
   * Starts the thread.
   *
   * @param failed hears on it why no more requests can be made; that is its end
   */
  static RequestMaker start(Consumer<Throwable> failed) {
    RequestMaker maker = new RequestMaker(failed);
    maker.thread.start();
    return maker;
  }

  /** Fills this queue from now on. */
  void fill(RequestQueue queue) {
    queues.add(queue);
    wake();
  }

  /** Does this before it makes another request ready. */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    wake();
  }

  /** There is something to do. */
  void wake() {
    LockSupport.unpark(thread);
  }

  private void run() {
    if (!LowPriority.ofThisThread()) {
      LOG.debug("the thread that makes requests has the priority of the event loops");
    }
    try {
      while (!closed) {
        if (!work()) {
          LockSupport.park(this);
        }
      }
    } catch (RuntimeException | Error e) {
      failed.accept(e);
    } finally {
      queues.forEach(RequestQueue::closeSource);
    }
  }

  private boolean work() {
    boolean worked = runTasks();
    for (RequestQueue queue : queues) {
      worked |= !closed && queue.makeOne();
      worked |= runTasks();
    }
    return worked;
  }

  private boolean runTasks() {
    Runnable task = tasks.poll();
    if (task == null) {
      return false;
    }
    for (; task != null && !closed; task = tasks.poll()) {
      task.run();
    }
    return true;
  }

  /** Ends the thread once it has done what it is doing. */
  @Override
  public void close() {
    closed = true;
    wake();
  }
}
