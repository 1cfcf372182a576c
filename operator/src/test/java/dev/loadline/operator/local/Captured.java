package dev.loadline.operator.local;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** What a command wrote. */
final class Captured {
  private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errorBytes = new ByteArrayOutputStream();
  final PrintStream outStream = new PrintStream(outBytes, true, StandardCharsets.UTF_8);
  final PrintStream errorStream = new PrintStream(errorBytes, true, StandardCharsets.UTF_8);

  /** Runs the command with these arguments; its exit code. */
  int run(Callable<Integer> command, String... arguments) {
    return new CommandLine(command).execute(arguments);
  }

  String out() {
    return outBytes.toString(StandardCharsets.UTF_8);
  }

  String errors() {
    return errorBytes.toString(StandardCharsets.UTF_8);
  }

  String everything() {
    return out() + errors();
  }
}
