package dev.loadline.runner;

import dev.loadline.runner.contract.Environment;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a runner's results and live figures go. Read apart from the plan: a bad plan has a result
 * as well.
 *
 * @param terminationLog file for the result; absent where none is named and no kubelet made one
 * @param metricsHost address on which {@code /metrics} and {@code /readyz} are served
 * @param metricsPort their port, 0 means any free one
 * @param problems what is wrong with the settings, for the user; defaults stand in for it
 */
record OutputSettings(
    Optional<Path> terminationLog, String metricsHost, int metricsPort, List<String> problems) {
  private static final Path KUBELET_DEFAULT = Path.of("/dev/termination-log");
  private static final int DEFAULT_PORT = 8080;
  private static final String DEFAULT_HOST = "0.0.0.0";

  OutputSettings {
    problems = List.copyOf(problems);
  }

  /** Reads the settings; whatever is wrong with them is in {@link #problems}. */
  static OutputSettings read(Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    int port = port(environment, problems);
    return new OutputSettings(
        terminationLog(environment, problems),
        environment.getOrDefault(Environment.METRICS_HOST, DEFAULT_HOST),
        port,
        problems);
  }

  private static int port(Map<String, String> environment, List<String> problems) {
    String port = environment.getOrDefault(Environment.METRICS_PORT, "" + DEFAULT_PORT);
    if (port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65_535) {
      return Integer.parseInt(port);
    }
    problems.add(
        "%s is \"%s\": it must be a port from 0 (any free one) to 65535."
            .formatted(Environment.METRICS_PORT, port));
    return DEFAULT_PORT;
  }

  private static Optional<Path> terminationLog(
      Map<String, String> environment, List<String> problems) {
    String named = environment.getOrDefault(Environment.TERMINATION_LOG, "");
    if (named.isBlank()) {
      return Optional.of(KUBELET_DEFAULT).filter(Files::exists);
    }
    Optional<Path> file = path(named).filter(OutputSettings::canBeWritten);
    if (file.isEmpty()) {
      problems.add(
          "%s is \"%s\": it must name a file that can be written, in a folder that exists."
              .formatted(Environment.TERMINATION_LOG, named.replaceAll("\\p{Cntrl}", "?")));
    }
    return file;
  }

  private static Optional<Path> path(String named) {
    try {
      return Optional.of(Path.of(named).toAbsolutePath());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static boolean canBeWritten(Path file) {
    Path folder = file.getParent();
    return Files.exists(file)
        ? !Files.isDirectory(file) && Files.isWritable(file)
        : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
  }

  /** Where the metrics are served. */
  InetSocketAddress metricsAddress() {
    return new InetSocketAddress(metricsHost, metricsPort);
  }
}
