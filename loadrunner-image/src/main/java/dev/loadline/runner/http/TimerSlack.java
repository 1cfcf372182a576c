package dev.loadline.runner.http;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Linux may fire a thread's timers up to 50 µs late, so that they can share a wake-up. A load
 * generator would see that as send lag, a simulator as late tokens; here it is 1 µs, set with
 * {@code prctl}.
 */
final class TimerSlack {
  private static final int PR_SET_TIMERSLACK = 29;
  private static final long SLACK_NANOS = 1_000;

  private TimerSlack() {}

  /** Sets the slack of the calling thread; false where the system does not know such a thing. */
  @SuppressWarnings("restricted")
  static boolean lowerOfThisThread() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> prctl = linker.defaultLookup().find("prctl");
    if (prctl.isEmpty()) {
      return false;
    }
    MethodHandle call =
        linker.downcallHandle(
            prctl.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    try {
      return (int) call.invokeExact(PR_SET_TIMERSLACK, SLACK_NANOS) == 0;
    } catch (Throwable e) {
      return false; // The timers are late then, and the send lag says so.
    }
  }
}
