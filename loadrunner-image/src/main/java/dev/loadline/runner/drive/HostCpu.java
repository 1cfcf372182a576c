package dev.loadline.runner.drive;

import java.util.Arrays;
import java.util.Optional;

/**
 * CPU time of the whole machine since its boot, in ticks, from the first line of {@code
 * /proc/stat}: user, nice, system, idle, iowait, irq, softirq, steal. Time of guests is part of
 * user.
 *
 * @param stolen ticks in which a hypervisor ran somebody else although this machine had work
 * @param all ticks of every kind
 */
record HostCpu(long stolen, long all) {
  private static final int KINDS = 8;

  /** Reads the text of {@code /proc/stat}; empty if it does not tell stolen time. */
  static Optional<HostCpu> of(String stat) {
    return stat.lines()
        .filter(line -> line.matches("cpu +\\d{1,18}( \\d{1,18}){7,}"))
        .findFirst()
        .map(line -> {
          long[] ticks =
              Arrays.stream(line.split(" +", -1))
                  .skip(1)
                  .limit(KINDS)
                  .mapToLong(Long::parseLong)
                  .toArray();
          return new HostCpu(ticks[KINDS - 1], Arrays.stream(ticks).sum());
        });
  }

  /** The share of stolen time since an earlier reading, from 0 to 1. */
  double stolenShareSince(HostCpu earlier) {
    long passed = all - earlier.all;
    return passed <= 0 ? 0 : Math.clamp((double) (stolen - earlier.stolen) / passed, 0.0, 1.0);
  }
}
