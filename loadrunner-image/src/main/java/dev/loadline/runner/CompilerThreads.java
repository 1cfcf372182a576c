package dev.loadline.runner;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JVM's compiler never rests entirely, and where it shares a core with an event loop each of
 * its time slices delays stamps by milliseconds. Under {@code SCHED_IDLE} a thread has what nobody
 * else wants, and gives it up at once when a loop wakes ({@code sched(7)}); lowering oneself so
 * needs no privilege.
 */
final class CompilerThreads {
  private static final Logger LOG = LoggerFactory.getLogger(CompilerThreads.class);

  private static final int SCHED_IDLE = 5;
  private static final Path TASKS = Path.of("/proc/self/task");

  private CompilerThreads() {}

  /**
   * From now on they work when nothing else does; those that they start inherit it.
   *
   * @return how many there are; 0 where the system is not Linux or does not allow it
   */
  static int yieldToAll() {
    Optional<MemorySegment> function =
        Linker.nativeLinker().defaultLookup().find("sched_setscheduler");
    if (function.isEmpty() || !Files.isDirectory(TASKS)) {
      return 0;
    }
    List<Integer> threads = threads();
    int idle = (int) threads.stream().filter(thread -> makeIdle(function.get(), thread)).count();
    LOG.debug("{} of {} compiler threads yield to the load", idle, threads.size());
    return idle;
  }

  private static List<Integer> threads() {
    try (Stream<Path> tasks = Files.list(TASKS)) {
      return tasks
          .filter(CompilerThreads::compiles)
          .map(task -> Integer.valueOf(task.getFileName().toString()))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** HotSpot's names, which the kernel cuts after 15 characters. */
  private static boolean compiles(Path task) {
    try {
      return Files.readString(task.resolve("comm")).matches("C[12] CompilerThre\\s*");
    } catch (IOException gone) {
      return false;
    }
  }

  @SuppressWarnings("restricted")
  private static boolean makeIdle(MemorySegment function, int thread) {
    MethodHandle call =
        Linker.nativeLinker()
            .downcallHandle(
                function,
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment noPriority = arena.allocate(ValueLayout.JAVA_INT);
      return (int) call.invokeExact(thread, SCHED_IDLE, noPriority) == 0;
    } catch (Throwable e) {
      return false; // They go on as before, and the send lag and the loops' delay say so.
    }
  }
}
