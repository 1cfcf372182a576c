package dev.loadline.runner.simulator;

import java.util.ArrayDeque;
import java.util.Deque;

/** Gives at most so many requests a place at a time, the others wait in the order they came. */
final class Admission {
  private final int limit;
  private final Deque<Generation> waiting = new ArrayDeque<>();
  private int running;

  Admission(int limit) {
    this.limit = limit;
  }

  /** Starts the request now, or when its turn comes. */
  void enter(Generation generation) {
    if (running < limit) {
      running++;
      generation.start(generation.arrivalNanos());
    } else {
      waiting.add(generation);
    }
  }

  /** A place is free since that instant: it goes to the one who waits longest. */
  void leave(long freeNanos) {
    Generation next = waiting.poll();
    if (next == null) {
      running--;
    } else {
      next.start(Math.max(freeNanos, next.arrivalNanos()));
    }
  }

  /** One who waits gives up. */
  void withdraw(Generation generation) {
    waiting.remove(generation);
  }

  int running() {
    return running;
  }

  int waiting() {
    return waiting.size();
  }
}
