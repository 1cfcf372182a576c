package dev.loadline.benchmark;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Command lines of this JVM. */
final class Java {
  /** The benchmark's and the runner's classes. */
  static final String OWN_CLASS_PATH = System.getProperty("java.class.path");

  /** The runner's classes alone, as the image has them. */
  static final String RUNNER_CLASS_PATH =
      Stream.of(OWN_CLASS_PATH.split(File.pathSeparator, -1))
          .filter(part -> !part.matches(".*/(benchmarks/target|jmh-|jopt-simple|commons-math3).*"))
          .collect(Collectors.joining(File.pathSeparator));

  /** What the runner image's entry point gives the JVM. */
  private static final List<String> AS_IN_THE_IMAGE =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+UseCompactObjectHeaders",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:MaxRAMPercentage=60",
          "-Xmn48m",
          "-XX:MetaspaceSize=64m",
          "-XX:ThreadPriorityPolicy=1",
          "-XX:CompilerThreadPriority=10",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:-PrintWarnings",
          "-XX:MaxRAM=1g"); // what a runner's container has by default

  private Java() {}

  /** A command that runs a class as the image would. */
  static List<String> command(
      String classPath, List<String> more, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(AS_IN_THE_IMAGE);
    command.addAll(more);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    return command;
  }

  /** A command that archives the classes of such a list, to be loaded from there. */
  static List<String> archive(Path classes, Path archive) {
    List<String> dump =
        List.of(
            "-Xshare:dump",
            "-XX:SharedClassListFile=" + classes,
            "-XX:SharedArchiveFile=" + archive);
    return command(RUNNER_CLASS_PATH, dump, "-version", List.of());
  }
}
