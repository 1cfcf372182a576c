package dev.loadline.runner.measure;

/** Listens to nothing: warm-up of the client and probes. */
enum NoTokenGaps implements TokenGaps {
  INSTANCE;

  @Override
  public void gap(long gapNanos, int tokens) {}

  @Override
  public void received(long nanos, int tokens) {}
}
