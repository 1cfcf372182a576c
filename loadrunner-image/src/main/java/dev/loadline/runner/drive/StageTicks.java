package dev.loadline.runner.drive;

import dev.loadline.runner.measure.LiveSnapshot;
import dev.loadline.runner.measure.Recorder;
import java.util.function.LongConsumer;
import org.HdrHistogram.Histogram;

/**
 * What a loop does each 10 ms of a stage: it measures its own delay, tells how many tokens have
 * come, and now and then renews what is to be seen from outside. Only {@link #live} is for other
 * threads.
 */
final class StageTicks {
  private static final int TICKS_PER_SNAPSHOT = 20;

  private final LoadLoop loop;
  private final Recorder recorder;
  private final LoopDelay delay;
  private final Clocks clocks;
  private final LongConsumer tokens;
  private volatile LiveSnapshot live;
  private long told;
  private int ticks;
  private boolean ended;

  /**
   * Ticks that have yet to begin.
   *
   * @param tokens hears how many output tokens have come since it heard last
   */
  StageTicks(
      LoadLoop loop, Recorder recorder, LoopDelay delay, Clocks clocks, LongConsumer tokens) {
    this.loop = loop;
    this.recorder = recorder;
    this.delay = delay;
    this.clocks = clocks;
    this.tokens = tokens;
    live = recorder.snapshot();
  }

  void begin() {
    if (ended) {
      return;
    }
    long next = delay.run(clocks.now());
    tellTokens();
    if (++ticks % TICKS_PER_SNAPSHOT == 0) {
      live = recorder.snapshot();
    }
    loop.schedule(this::begin, Math.max(1, next - clocks.now()));
  }

  /** Nothing comes any more. */
  void end() {
    ended = true;
    delay.run(clocks.now());
    tellTokens();
    live = recorder.snapshot();
  }

  private void tellTokens() {
    long received = recorder.outputTokens();
    long more = received - told;
    told = received;
    if (more != 0) {
      tokens.accept(more);
    }
  }

  /** What is to be seen, renewed every fifth of a second. */
  LiveSnapshot live() {
    return live;
  }

  /** Loop delays in microseconds. */
  Histogram delay() {
    return delay.histogram();
  }
}
