package dev.loadline.runner.arrival;

import java.util.OptionalDouble;

/** Every n-th arrival of a process: n shares with different indices are the process again. */
final class ShareOfArrivals implements ArrivalProcess {
  private final ArrivalProcess all;
  private final int shares;
  private int others;

  ShareOfArrivals(ArrivalProcess all, int index, int shares) {
    if (index < 0 || index >= shares) {
      throw new IllegalArgumentException("there is no share " + index + " of " + shares);
    }
    this.all = all;
    this.shares = shares;
    this.others = index;
  }

  @Override
  public long nextNanos() {
    for (; others > 0; others--) {
      all.nextNanos();
    }
    others = shares - 1;
    return all.nextNanos();
  }

  @Override
  public OptionalDouble meanUntil(long nanos) {
    OptionalDouble mean = all.meanUntil(nanos);
    return mean.isPresent() ? OptionalDouble.of(mean.getAsDouble() / shares) : mean;
  }
}
