package dev.loadline.runner;

import dev.loadline.runner.simulator.SimulateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The load runner's command line. */
@Command(
    name = "loadline-runner",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 64,
    subcommands = SimulateCommand.class)
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name. */
  public static void main(String... arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }
}
