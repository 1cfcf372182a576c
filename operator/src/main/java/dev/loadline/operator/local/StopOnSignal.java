package dev.loadline.operator.local;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stops a session's runs when the JVM is told to end, as by Ctrl-C, and waits a moment until what
 * they had measured has been printed; then the session closes.
 */
final class StopOnSignal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final CountDownLatch printed = new CountDownLatch(1);
  private final LocalSession session;
  private final PrintStream errors;
  private volatile boolean measured;

  private StopOnSignal(LocalSession session, PrintStream errors) {
    this.session = session;
    this.errors = errors;
  }

  static StopOnSignal of(LocalSession session, PrintStream errors) {
    StopOnSignal stop = new StopOnSignal(session, errors);
    session.onSignal(stop::stop);
    return stop;
  }

  private void stop() {
    if (!measured) {
      errors.println("Stopping: what has been measured so far follows.");
      session.stop();
    }
    try {
      boolean _ = printed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  /** All runs have ended, so that nothing is left to stop. */
  void measured() {
    measured = true;
  }

  /** All that is to be printed has been. */
  @Override
  public void close() {
    printed.countDown();
    session.onSignal(() -> {});
  }
}
