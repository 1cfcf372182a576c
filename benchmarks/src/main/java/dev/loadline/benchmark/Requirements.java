package dev.loadline.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the benchmark needs of the machine. */
final class Requirements {
  private Requirements() {}

  /** What is missing, in sentences for the user. */
  static List<String> problems(Machine machine) {
    List<String> problems = new ArrayList<>();
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).equals("linux")) {
      problems.add("bench needs Linux: it keeps each process on a CPU of its own");
    } else if (machine.cpus() < 2) {
      problems.add("bench needs at least two CPUs: one for the server, one for the client");
    }
    if (!starts("taskset", "--version")) {
      problems.add("taskset is missing: install util-linux (Debian: apt install util-linux)");
    }
    if (!starts("wrk", "-v")) {
      problems.add("wrk is missing, which the runner is compared with: Debian: apt install wrk");
    }
    return problems;
  }

  private static boolean starts(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.waitFor();
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
