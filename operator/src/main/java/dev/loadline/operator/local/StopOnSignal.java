package dev.loadline.operator.local;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stops a session's runs when the JVM is told to end, as by Ctrl-C, waits a moment until what they
 * had measured has been printed, and closes the session.
 */
final class StopOnSignal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final CountDownLatch printed = new CountDownLatch(1);
  private final CloseOnSignal signal;

  private StopOnSignal(LocalSession session, PrintStream errors) {
    signal =
        CloseOnSignal.of(() -> {
          errors.println("Stopping: what has been measured so far follows.");
          session.stop();
          awaitPrinted();
          session.close();
        });
  }

  static StopOnSignal of(LocalSession session, PrintStream errors) {
    return new StopOnSignal(session, errors);
  }

  private void awaitPrinted() {
    try {
      boolean _ = printed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  /** All that is to be printed has been. */
  @Override
  public void close() {
    printed.countDown();
    signal.close();
  }
}
