package dev.loadline.runner.drive;

import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.drive.HealthReadings.Reading;
import dev.loadline.runner.measure.StageSummary;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
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

  /** A window of this length lies between two readings. */
  void window(long lengthNanos, Reading opening, Reading closing) {
    if (lengthNanos <= 0) {
      return;
    }
    measured = true;
    gcMillis += closing.gcMillis() - opening.gcMillis();
    cpuShare.add(
        share(risen(opening.cpuNanos(), closing.cpuNanos()), (double) lengthNanos * loops));
    busyShare.add(
        atMostOne(share(busiest(opening.loopNanos(), closing.loopNanos()), (double) lengthNanos)));
    stealShare.add(steal(opening, closing));
    OptionalLong longest = pauses.longestMillis(opening.jvmMillis(), closing.jvmMillis());
    longestPauseMillis.add(
        longest.isPresent()
            ? OptionalDouble.of((double) longest.getAsLong())
            : OptionalDouble.empty());
    throttledKnown &= opening.throttled().isPresent() && closing.throttled().isPresent();
    throttled += risen(opening.throttled(), closing.throttled()).orElse(0);
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

  /** What a stage's loops and requests have shown. */
  void stage(List<Histogram> loopDelays, StageSummary summary) {
    for (Histogram delays : loopDelays) {
      if (delays.getTotalCount() > 0) {
        loopDelayP99Micros = most(loopDelayP99Micros, delays.getValueAtPercentile(99));
        longestLoopDelayMicros = most(longestLoopDelayMicros, delays.getMaxValue());
      }
    }
    reconnects += summary.reconnects();
    portsExhausted |= summary.portsExhausted();
  }

  private static OptionalLong most(OptionalLong known, long next) {
    return OptionalLong.of(Math.max(next, known.orElse(0)));
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
