package dev.loadline.runner;

import dev.loadline.runner.contract.Environment;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a runner's results and live figures go. Read apart from the plan: a bad plan has a result
 * as well.
 *
 * @param terminationLog file for the result; absent where none is named and no kubelet made one
 * @param metricsHost address on which {@code /metrics} and {@code /readyz} are served
 * @param metricsPort their port, 0 means any free one
 * @param problem what is wrong with the settings, for the user; defaults stand in for it
 */
record OutputSettings(
    Optional<Path> terminationLog, String metricsHost, int metricsPort, Optional<String> problem) {
  private static final Path KUBELET_DEFAULT = Path.of("/dev/termination-log");
  private static final int DEFAULT_PORT = 8080;
  private static final String DEFAULT_HOST = "0.0.0.0";

  /** Reads the settings; whatever is wrong with them is in {@link #problem}. */
  static OutputSettings read(Map<String, String> environment) {
    String host = environment.getOrDefault(Environment.METRICS_HOST, DEFAULT_HOST);
    String port = environment.getOrDefault(Environment.METRICS_PORT, "" + DEFAULT_PORT);
    boolean isPort = port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65_535;
    return new OutputSettings(
        terminationLog(environment),
        host,
        isPort ? Integer.parseInt(port) : DEFAULT_PORT,
        isPort
            ? Optional.empty()
            : Optional.of(
                "%s is \"%s\": it must be a port from 0 (any free one) to 65535."
                    .formatted(Environment.METRICS_PORT, port)));
  }

  private static Optional<Path> terminationLog(Map<String, String> environment) {
    String named = environment.getOrDefault(Environment.TERMINATION_LOG, "");
    if (named.isBlank()) {
      return Optional.of(KUBELET_DEFAULT).filter(Files::exists);
    }
    try {
      return Optional.of(Path.of(named));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Where the metrics are served. */
  InetSocketAddress metricsAddress() {
    return new InetSocketAddress(metricsHost, metricsPort);
  }
}
