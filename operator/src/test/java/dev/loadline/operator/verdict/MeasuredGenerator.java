package dev.loadline.operator.verdict;

import dev.loadline.runner.contract.RunResult.Generator;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A generator without a fault until a test changes it. */
final class MeasuredGenerator {
  OptionalLong loopDelayP99Micros = OptionalLong.of(300);
  OptionalLong longestLoopDelayMicros = OptionalLong.of(4_000);
  long gcPauseMillis = 100;
  OptionalLong longestGcPauseMillis = OptionalLong.of(3);
  OptionalDouble cpuShare = OptionalDouble.of(0.2);
  OptionalDouble busyShare = OptionalDouble.of(0.2);
  OptionalDouble stealShare = OptionalDouble.of(0);
  OptionalInt throttledPeriods = OptionalInt.of(0);
  boolean portsExhausted;

  Generator result() {
    return new Generator(
        2,
        loopDelayP99Micros,
        longestLoopDelayMicros,
        gcPauseMillis,
        longestGcPauseMillis,
        cpuShare,
        busyShare,
        stealShare,
        throttledPeriods,
        0,
        portsExhausted);
  }
}
