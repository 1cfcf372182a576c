package dev.loadline.runner.http;

import java.time.Duration;

/** A clock on which time passes only while the probe pauses, and then at once. */
final class QuickClock implements TargetProbe.Clock {
  private long nanos = Long.MAX_VALUE - 1_000;

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public void sleep(Duration pause) {
    nanos += pause.toNanos();
  }
}
