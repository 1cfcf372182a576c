package dev.loadline.operator.local;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The simulator as a process: a server of known timing to measure. */
final class DemoTarget implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final String LISTENING = "Simulator listening on ";
  private static final int ANY = 0;

  private final ChildProcess process;
  private final OptionalInt port;

  private DemoTarget(ChildProcess process, OptionalInt port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it on this loopback port, or on any if it cannot listen there; waits for it. */
  static DemoTarget start(int port, List<String> timing, Path folder) {
    DemoTarget wanted = startOn(port, timing, folder);
    if (wanted.port.isPresent()) {
      return wanted;
    }
    wanted.close();
    return startOn(ANY, timing, folder);
  }

  private static DemoTarget startOn(int port, List<String> timing, Path folder) {
    CompletableFuture<OptionalInt> listening = new CompletableFuture<>();
    List<String> arguments = new ArrayList<>(List.of("simulate"));
    arguments.addAll(List.of("--port", Integer.toString(port)));
    arguments.addAll(timing);
    ChildProcess process =
        ChildProcess.start(
            arguments,
            Map.of(),
            folder.resolve("simulator.log"),
            line -> {
              if (line.startsWith(LISTENING)) {
                URI url = URI.create(line.substring(LISTENING.length()));
                listening.complete(OptionalInt.of(url.getPort()));
              }
            });
    process.whenEnded(() -> listening.complete(OptionalInt.empty()));
    return new DemoTarget(
        process,
        listening
            .completeOnTimeout(OptionalInt.empty(), START.toMillis(), TimeUnit.MILLISECONDS)
            .join());
  }

  /** Where it answers; empty if it does not. */
  OptionalInt port() {
    return port;
  }

  @Override
  public void close() {
    process.close();
  }
}
