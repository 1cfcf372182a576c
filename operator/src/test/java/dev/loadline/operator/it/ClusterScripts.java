package dev.loadline.operator.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Scripts that break and mend the cluster's parts ({@code component kill kubelet}); the folder is
 * what {@code LOADLINE_IT_CLUSTER} names. A cluster without them stays whole.
 */
record ClusterScripts(Path folder) {
  private static final long LIMIT_SECONDS = 60;

  static Optional<ClusterScripts> find() {
    return Optional.ofNullable(System.getenv("LOADLINE_IT_CLUSTER"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> new ClusterScripts(Path.of(folder)));
  }

  /** Runs one and waits for it. */
  void run(String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of(folder.resolve(script).toString()));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", command) + " failed");
      }
    } catch (IOException failed) {
      throw new IllegalStateException(String.join(" ", command), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a script ran", interrupted);
    }
  }
}
