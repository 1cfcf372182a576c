package dev.loadline.runner;

import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.simulator.SimulateCommand;
import java.io.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The load runner's command line: runs a plan, unless a subcommand says otherwise. */
@Command(
    name = "loadline",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a load plan; without a subcommand as well.",
      "The plan is named by the environment, see run --help."
    },
    subcommands = {RunCommand.class, CheckCommand.class, SimulateCommand.class})
public final class Main implements Callable<Integer> {
  private Main() {}

  /** Runs the command that the arguments name; the exit code is the outcome's. */
  public static void main(String... arguments) {
    withoutDiagnosticsOfNetty();
    LogSettings.read(System.getenv(), isTerminal()).apply();
    if (System.getenv().containsKey(Environment.STOP_WITH_INPUT)) {
      Thread.ofPlatform().daemon().name("input").start(Main::stopWithInput);
    }
    System.exit(isUsual(arguments) ? run() : commandLine().execute(arguments));
  }

  /** As a pod starts it; reading no arguments with picocli takes a tenth of the whole start. */
  private static boolean isUsual(String... arguments) {
    return arguments.length == 0 || List.of(arguments).equals(List.of("run"));
  }

  private static int run() {
    EventLoops.loadAhead(); // Meanwhile the plan is read.
    try {
      return new RunCommand().call();
    } catch (RuntimeException defect) {
      return defect(defect);
    }
  }

  /** Flight recording costs time at the start, the sampled search for leaks with each buffer. */
  private static void withoutDiagnosticsOfNetty() {
    System.setProperty("io.netty.jfr.enabled", "false");
    System.setProperty("io.netty.leakDetection.level", "disabled");
  }

  /** All commands. */
  static CommandLine commandLine() {
    CommandLine commands = new CommandLine(new Main());
    commands.setParameterExceptionHandler(Main::badArguments);
    commands.setExecutionExceptionHandler((defect, command, ignored) -> defect(defect));
    withoutVersion(commands);
    commands.getSubcommands().values().forEach(Main::withoutVersion);
    return commands;
  }

  /** The program has none of its own: the image's tag says it. */
  private static void withoutVersion(CommandLine command) {
    CommandLine.Model.CommandSpec spec = command.getCommandSpec();
    spec.remove(spec.findOption("--version"));
  }

  /** Ends as by a signal, the result included, once whoever holds the other end has gone. */
  private static void stopWithInput() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException gone) {
      // Then nobody holds the other end.
    }
    System.exit(RunResult.Outcome.STOPPED.exitCode());
  }

  @Override
  public Integer call() {
    return new RunCommand().call();
  }

  /**
   * Whether a person watches: standard output is a terminal; the console of the JDK is null else.
   */
  @SuppressWarnings("SystemConsoleNull")
  static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** What is wrong with the arguments, and where to read what is right. */
  private static int badArguments(CommandLine.ParameterException bad, String[] ignored) {
    CommandLine command = bad.getCommandLine();
    command.getErr().println(bad.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(bad, command.getErr());
    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return RunResult.Outcome.BAD_CONFIGURATION.exitCode();
  }

  private static int defect(Exception defect) {
    LoggerFactory.getLogger(Main.class).debug("internal error", defect);
    System.err.println(
        "Internal error (%s). This is a defect of Loadline: with LOADLINE_LOG_LEVEL=DEBUG the log says where."
            .formatted(defect.getClass().getSimpleName()));
    return 70;
  }
}
