package dev.loadline.operator.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The simulator as a process: a server of known timing to measure. */
final class DemoTarget implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);

  private final ChildProcess process;
  private final CountDownLatch listening;

  private DemoTarget(ChildProcess process, CountDownLatch listening) {
    this.process = process;
    this.listening = listening;
  }

  /** Starts it on this loopback port. */
  static DemoTarget start(int port, List<String> timing, Path folder) {
    CountDownLatch listening = new CountDownLatch(1);
    List<String> arguments = new java.util.ArrayList<>(List.of("simulate"));
    arguments.addAll(List.of("--port", Integer.toString(port)));
    arguments.addAll(timing);
    ChildProcess process =
        ChildProcess.start(
            arguments,
            Map.of(),
            folder.resolve("simulator.log"),
            line -> {
              if (line.startsWith("Simulator listening")) {
                listening.countDown();
              }
            });
    return new DemoTarget(process, listening);
  }

  /** Waits until it answers; false if it does not. */
  boolean ready() throws InterruptedException {
    return listening.await(START.toMillis(), TimeUnit.MILLISECONDS) && process.exitCode().isEmpty();
  }

  /** The wanted port if it is free, else any free one. */
  static int free(int wanted) throws IOException {
    try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException taken) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      }
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
