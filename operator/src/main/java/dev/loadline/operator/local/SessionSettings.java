package dev.loadline.operator.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * How a session runs.
 *
 * @param keep the folder stays afterwards, with the objects as they were at last
 * @param patience how long it may take until a run has a phase; then it has deadlines of its own
 * @param environment of the load runners
 * @param claims folders that stand for PersistentVolumeClaims
 * @param listener hears each line that a load runner prints
 */
record SessionSettings(
    boolean keep,
    Duration patience,
    Map<String, String> environment,
    Map<String, Path> claims,
    Consumer<String> listener) {
  /** A schedule may fire once a minute, and an operator needs a moment to start. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  SessionSettings {
    environment = Map.copyOf(environment);
    claims = Map.copyOf(claims);
  }

  /** As for a person who watches. */
  static SessionSettings of(boolean keep, Map<String, String> environment, RunnerOutput progress) {
    return new SessionSettings(
        keep, PATIENCE, RunnerOutput.environment(environment), Map.of(), progress::line);
  }

  /** The same with these claims. */
  SessionSettings with(Map<String, Path> folders) {
    return new SessionSettings(keep, patience, environment, folders, listener);
  }
}
