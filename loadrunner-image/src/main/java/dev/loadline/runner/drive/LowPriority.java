package dev.loadline.runner.drive;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Lets a thread yield to the event loops where they share a core. Java's own thread priorities have
 * no effect on Linux; {@code setpriority} gives the calling thread a nice value of its own: 5, by
 * which it gets a third of the time of a thread that it shares a core with (weights 335 and 1024).
 */
final class LowPriority {
  private static final int PRIO_PROCESS = 0;
  private static final int THIS_THREAD = 0;
  private static final int NICE = 5;

  private LowPriority() {}

  /** Lowers the calling thread's; false where the system does not know such a thing. */
  @SuppressWarnings("restricted")
  static boolean ofThisThread() {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> setpriority = linker.defaultLookup().find("setpriority");
    if (setpriority.isEmpty()) {
      return false;
    }
    MethodHandle call =
        linker.downcallHandle(
            setpriority.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    try {
      return (int) call.invokeExact(PRIO_PROCESS, THIS_THREAD, NICE) == 0;
    } catch (Throwable e) {
      return false; // It competes with the loops then, and their delay says so.
    }
  }
}
