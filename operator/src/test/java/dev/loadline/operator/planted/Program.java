package dev.loadline.operator.planted;

import java.io.IOException;

/** A program of the system. */
final class Program {
  private Program() {}

  /**
   * Runs it to its end.
   *
   * @throws IOException if it cannot be started or fails
   */
  static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException("failed: " + String.join(" ", command));
    }
  }
}
