package dev.loadline.runner.drive;

import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.StageResult.Health;
import dev.loadline.runner.drive.HealthReadings.Reading;
import dev.loadline.runner.measure.StageSummary;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * The generator's own health in the windows of a run: of loop delay, shares and the longest pause
 * the worst stage's, and of loop delay in it the worst loop's, so that a long quiet stage and loops
 * at rest hide none; of everything else the sum. What one window lacks is absent. Used by the
 * driving thread.
 */
final class GeneratorHealth {
  private final int loops;
  private final GcPauses pauses;
  private final Worst cpuShare = new Worst();
  private final Worst busyShare = new Worst();
  private final Worst stealShare = new Worst();
  private final Worst longestPauseMillis = new Worst();
  private OptionalLong loopDelayP99Micros = OptionalLong.empty();
  private OptionalLong longestLoopDelayMicros = OptionalLong.empty();
  private long gcMillis;
  private long throttled;
  private boolean measured;
  private boolean throttledKnown = true;
  private long reconnects;
  private boolean portsExhausted;

  /** Of so many event loops. */
  GeneratorHealth(int loops, GcPauses pauses) {
    this.loops = loops;
    this.pauses = pauses;
  }

  /** The worst of a value over the windows, if each of them had it. */
  private static final class Worst {
    private double value;
    private boolean some;
    private boolean missing;

    void add(OptionalDouble next) {
      some |= next.isPresent();
      missing |= next.isEmpty();
      value = Math.max(value, next.orElse(0));
    }

    OptionalDouble value() {
      return some && !missing ? OptionalDouble.of(value) : OptionalDouble.empty();
    }
  }

  /** A window opens so many nanoseconds from now; it has not opened yet. */
  void opens(long inNanos) {
    pauses.opens(GcPauses.millisIn(inNanos));
  }

  /** It closes so many nanoseconds from now, less than none if it has. */
  void closes(long inNanos) {
    pauses.closes(GcPauses.millisIn(inNanos));
  }

  /**
   * The window that has closed, of this length, lay between two readings; what is judged with its
   * stage.
   */
  Health window(
      long lengthNanos, Reading opening, Reading closing, List<Histogram> loopDelayMicros) {
    if (lengthNanos <= 0) {
      return Health.NONE;
    }
    measured = true;
    gcMillis += closing.gcMillis() - opening.gcMillis();
    cpuShare.add(
        share(risen(opening.cpuNanos(), closing.cpuNanos()), (double) lengthNanos * loops));
    stealShare.add(steal(opening, closing));
    throttledKnown &= opening.throttled().isPresent() && closing.throttled().isPresent();
    throttled += risen(opening.throttled(), closing.throttled()).orElse(0);
    longestLoopDelayMicros =
        most(longestLoopDelayMicros, worst(loopDelayMicros, Histogram::getMaxValue));
    Health health =
        new Health(
            worst(loopDelayMicros, delays -> delays.getValueAtPercentile(99)),
            atMostOne(
                share(busiest(opening.loopNanos(), closing.loopNanos()), (double) lengthNanos)),
            pauses.longestMillis());
    add(health);
    return health;
  }

  private void add(Health health) {
    loopDelayP99Micros = most(loopDelayP99Micros, health.loopDelayP99Micros());
    busyShare.add(health.busyShare());
    OptionalLong longest = health.longestGcPauseMillis();
    longestPauseMillis.add(
        longest.isPresent()
            ? OptionalDouble.of((double) longest.getAsLong())
            : OptionalDouble.empty());
  }

  private static OptionalLong risen(OptionalLong from, OptionalLong to) {
    return from.isPresent() && to.isPresent()
        ? OptionalLong.of(to.getAsLong() - from.getAsLong())
        : OptionalLong.empty();
  }

  private static OptionalDouble share(OptionalLong nanos, double ofNanos) {
    return nanos.isPresent()
        ? OptionalDouble.of(nanos.getAsLong() / ofNanos)
        : OptionalDouble.empty();
  }

  /** The readings are taken a little before or after the window's edges. */
  private static OptionalDouble atMostOne(OptionalDouble share) {
    return share.isPresent() ? OptionalDouble.of(Math.min(1, share.getAsDouble())) : share;
  }

  private static OptionalLong busiest(List<Long> from, List<Long> to) {
    return IntStream.range(0, Math.min(from.size(), to.size()))
        .mapToLong(loop -> to.get(loop) - from.get(loop))
        .max();
  }

  private static OptionalDouble steal(Reading opening, Reading closing) {
    return opening.host().isPresent() && closing.host().isPresent()
        ? OptionalDouble.of(closing.host().get().stolenShareSince(opening.host().get()))
        : OptionalDouble.empty();
  }

  private static OptionalLong worst(List<Histogram> loops, ToLongFunction<Histogram> value) {
    return loops.stream().filter(loop -> loop.getTotalCount() > 0).mapToLong(value).max();
  }

  private static OptionalLong most(OptionalLong one, OptionalLong other) {
    return one.isPresent() && other.isPresent()
        ? OptionalLong.of(Math.max(one.getAsLong(), other.getAsLong()))
        : one.isPresent() ? one : other;
  }

  /** What a stage's requests have shown. */
  void stage(StageSummary summary) {
    reconnects += summary.reconnects();
    portsExhausted |= summary.portsExhausted();
  }

  Generator result() {
    OptionalDouble longest = longestPauseMillis.value();
    return new Generator(
        loops,
        loopDelayP99Micros,
        longestLoopDelayMicros,
        gcMillis,
        longest.isPresent() ? OptionalLong.of((long) longest.getAsDouble()) : OptionalLong.empty(),
        cpuShare.value(),
        busyShare.value(),
        stealShare.value(),
        measured && throttledKnown
            ? OptionalInt.of(Math.toIntExact(throttled))
            : OptionalInt.empty(),
        reconnects,
        portsExhausted);
  }
}
