package dev.loadline.runner.drive;

import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.measure.StageSummary;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/** The generator's own health, summed over the windows of a run; used by the driving thread. */
final class GeneratorHealth {
  private final int loops;
  private final Histogram loopDelayMicros = LoopDelay.newHistogram();
  private long windowNanos;
  private long gcMillis;
  private long cpuNanos;
  private boolean cpuKnown = true;
  private long throttled;
  private boolean throttledKnown = true;
  private long reconnects;
  private boolean portsExhausted;

  /** Of so many event loops. */
  GeneratorHealth(int loops) {
    this.loops = loops;
  }

  /**
   * Counters of this process.
   *
   * @param gcMillis time spent in garbage collection
   * @param cpuNanos CPU time, absent where the system does not say
   * @param throttled periods throttled, absent where nobody counts them
   */
  record Reading(long gcMillis, OptionalLong cpuNanos, OptionalLong throttled) {
    /** The counters as they are now. */
    static Reading now(CgroupCpu cgroup) {
      long gc =
          ManagementFactory.getGarbageCollectorMXBeans().stream()
              .mapToLong(GarbageCollectorMXBean::getCollectionTime)
              .filter(millis -> millis > 0)
              .sum();
      return new Reading(gc, cpuTime(), cgroup.throttledPeriods());
    }

    private static OptionalLong cpuTime() {
      return ManagementFactory.getOperatingSystemMXBean()
                  instanceof com.sun.management.OperatingSystemMXBean system
              && system.getProcessCpuTime() >= 0
          ? OptionalLong.of(system.getProcessCpuTime())
          : OptionalLong.empty();
    }
  }

  /** A window of this length lies between two readings. */
  void window(long lengthNanos, Reading opening, Reading closing) {
    windowNanos += lengthNanos;
    gcMillis += closing.gcMillis() - opening.gcMillis();
    cpuKnown &= opening.cpuNanos().isPresent() && closing.cpuNanos().isPresent();
    cpuNanos += closing.cpuNanos().orElse(0) - opening.cpuNanos().orElse(0);
    throttledKnown &= opening.throttled().isPresent() && closing.throttled().isPresent();
    throttled += closing.throttled().orElse(0) - opening.throttled().orElse(0);
  }

  /** What a stage's loops and requests have shown. */
  void stage(List<Histogram> loopDelays, StageSummary summary) {
    loopDelays.forEach(loopDelayMicros::add);
    reconnects += summary.reconnects();
    portsExhausted |= summary.portsExhausted();
  }

  Generator result() {
    boolean measured = windowNanos > 0;
    return new Generator(
        loops,
        loopDelayMicros.getTotalCount() == 0
            ? OptionalLong.empty()
            : OptionalLong.of(loopDelayMicros.getValueAtPercentile(99)),
        gcMillis,
        measured && cpuKnown
            ? OptionalDouble.of((double) cpuNanos / windowNanos / loops)
            : OptionalDouble.empty(),
        measured && throttledKnown
            ? OptionalInt.of(Math.toIntExact(throttled))
            : OptionalInt.empty(),
        reconnects,
        portsExhausted);
  }
}
