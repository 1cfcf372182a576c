package dev.loadline.runner;

import dev.loadline.runner.drive.Clocks;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A load runner with a defect: in the second stage of its plan the wall clock breaks, or never
 * answers, where the thread that drives the load reads it.
 */
final class BrokenRunner {
  /** The load's start, the first stage's window, the second stage's window. */
  private static final int READING = 3;

  private BrokenRunner() {}

  public static void main(String... arguments) {
    LogSettings.read(System.getenv(), false).apply();
    Thread driving = Thread.currentThread();
    AtomicInteger readings = new AtomicInteger();
    boolean hangs = arguments[0].equals("hangs");
    Clocks clocks =
        new Clocks(
            System::nanoTime,
            () -> {
              if (Thread.currentThread().equals(driving) && readings.incrementAndGet() == READING) {
                fail(hangs);
              }
              return Instant.now();
            });
    System.exit(new RunCommand(System.getenv(), clocks).call());
  }

  private static void fail(boolean hangs) {
    System.err.println("the clock fails");
    if (!hangs) {
      throw new IllegalStateException("a defect");
    }
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
