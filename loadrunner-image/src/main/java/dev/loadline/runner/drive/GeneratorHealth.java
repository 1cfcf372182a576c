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

/**
 * The generator's own health in the windows of a run: of loop delay and CPU the worst stage's, so
 * that a long quiet stage hides none, of everything else the sum. Used by the driving thread.
 */
final class GeneratorHealth {
  private final int loops;
  private OptionalLong loopDelayP99Micros = OptionalLong.empty();
  private boolean measured;
  private long gcMillis;
  private double cpuShare;
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
    if (lengthNanos <= 0) {
      return;
    }
    measured = true;
    gcMillis += closing.gcMillis() - opening.gcMillis();
    cpuKnown &= opening.cpuNanos().isPresent() && closing.cpuNanos().isPresent();
    long cpuNanos = closing.cpuNanos().orElse(0) - opening.cpuNanos().orElse(0);
    cpuShare = Math.max(cpuShare, (double) cpuNanos / lengthNanos / loops);
    throttledKnown &= opening.throttled().isPresent() && closing.throttled().isPresent();
    throttled += closing.throttled().orElse(0) - opening.throttled().orElse(0);
  }

  /** What a stage's loops and requests have shown. */
  void stage(List<Histogram> loopDelays, StageSummary summary) {
    Histogram all = LoopDelay.newHistogram();
    loopDelays.forEach(all::add);
    if (all.getTotalCount() > 0) {
      long p99 = all.getValueAtPercentile(99);
      loopDelayP99Micros = OptionalLong.of(Math.max(p99, loopDelayP99Micros.orElse(0)));
    }
    reconnects += summary.reconnects();
    portsExhausted |= summary.portsExhausted();
  }

  Generator result() {
    return new Generator(
        loops,
        loopDelayP99Micros,
        gcMillis,
        OptionalLong.empty(),
        measured && cpuKnown ? OptionalDouble.of(cpuShare) : OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        measured && throttledKnown
            ? OptionalInt.of(Math.toIntExact(throttled))
            : OptionalInt.empty(),
        reconnects,
        portsExhausted);
  }
}
