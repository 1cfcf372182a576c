package dev.loadline.runner.http;

import io.netty.util.internal.PlatformDependent;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Linux lets a thread that wakes wait until the one on its core has had its time slice, 3 ms or, at
 * the pace of the clock tick, 4: a JVM's compiler would hold a load generator up so long. From
 * Linux 6.12 on a waking thread whose own slice is shorter goes first as long as it has not had
 * more than its share; here the slice is 0.1 ms, set with {@code sched_setattr} (<a
 * href="https://docs.kernel.org/scheduler/sched-eevdf.html">EEVDF Scheduler</a>). Share and
 * priority stay as they are, and it needs no privilege.
 */
final class TimeSlice {
  static final long SHORT_NANOS = 100_000;

  private static final int BYTES = 48; // struct sched_attr of sched_setattr(2)
  private static final long POLICY = 4;
  private static final long SLICE = 24;
  private static final int SCHED_OTHER = 0;

  private final MethodHandle syscall;
  private final long number;

  private TimeSlice(MethodHandle syscall, long number) {
    this.syscall = syscall;
    this.number = number;
  }

  /** Shortens that of the calling thread; false where the system does not know such a thing. */
  static boolean shortenOfThisThread() {
    return calls().filter(calls -> calls.set(SHORT_NANOS)).isPresent();
  }

  /** That of the calling thread, in ns; empty where the system does not tell. */
  static OptionalLong ofThisThread() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(BYTES, Long.BYTES);
      return calls().filter(calls -> calls.read(attributes)).isPresent()
          ? OptionalLong.of(attributes.get(ValueLayout.JAVA_LONG, SLICE))
          : OptionalLong.empty();
    }
  }

  /** The C library has no function for it before glibc 2.41; the numbers are the kernel's. */
  @SuppressWarnings("restricted")
  private static Optional<TimeSlice> calls() {
    long number =
        switch (PlatformDependent.normalizedOs() + " " + PlatformDependent.normalizedArch()) {
          case "linux x86_64" -> 314;
          case "linux aarch_64" -> 274;
          default -> 0;
        };
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor four =
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);
    return linker
        .defaultLookup()
        .find("syscall")
        .filter(found -> number > 0)
        .map(found ->
            new TimeSlice(
                linker.downcallHandle(found, four, Linker.Option.firstVariadicArg(1)), number));
  }

  /** A thread of another policy, real time say, has no such slice and needs none. */
  private boolean set(long nanos) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(BYTES, Long.BYTES);
      if (!read(attributes) || attributes.get(ValueLayout.JAVA_INT, POLICY) != SCHED_OTHER) {
        return false;
      }
      attributes.set(ValueLayout.JAVA_LONG, SLICE, nanos);
      return call(number, attributes, 0);
    }
  }

  private boolean read(MemorySegment attributes) {
    return call(number + 1, attributes, BYTES); // sched_getattr is the next one on both
  }

  private boolean call(long function, MemorySegment attributes, long third) {
    long thisThread = 0;
    try {
      return (long) syscall.invokeExact(function, thisThread, attributes, third, 0L) == 0;
    } catch (Throwable e) {
      return false; // Then the loop waits longer for its core, and the loop delay says so.
    }
  }
}
