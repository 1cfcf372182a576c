package dev.loadline.runner.http;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Opens connections, at most a few at the same time, and none any more after the first failure or
 * once its result is cancelled.
 */
final class Prewarming {
  private static final int AT_ONCE = 8;

  /** Opens one connection and says, now or later, whether it opened. */
  interface Opener {
    void open(Consumer<Boolean> whenOpened);
  }

  private final Opener opener;
  private final CompletableFuture<Integer> result = new CompletableFuture<>();
  private int remaining;
  private int opening;
  private int opened;

  Prewarming(int connections, Opener opener) {
    this.opener = opener;
    remaining = connections;
  }

  /** The number of connections that opened. */
  CompletableFuture<Integer> result() {
    return result;
  }

  void begin() {
    while (remaining > 0 && opening < AT_ONCE && !result.isCancelled()) {
      remaining--;
      opening++;
      opener.open(this::opened);
    }
    if (opening == 0) {
      result.complete(opened);
    }
  }

  private void opened(boolean success) {
    opening--;
    if (success) {
      opened++;
    } else {
      remaining = 0;
    }
    begin();
  }
}
