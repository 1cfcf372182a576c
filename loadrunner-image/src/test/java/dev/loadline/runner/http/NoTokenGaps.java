package dev.loadline.runner.http;

import dev.loadline.runner.measure.TokenGaps;

/** Listens to nothing. */
enum NoTokenGaps implements TokenGaps {
  INSTANCE;

  @Override
  public void gap(long gapNanos, int tokens) {}

  @Override
  public void received(long nanos, int tokens) {}
}
