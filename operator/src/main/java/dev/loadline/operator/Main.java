package dev.loadline.operator;

import dev.loadline.operator.local.DemoCommand;
import dev.loadline.operator.local.OperatorStarter;
import dev.loadline.operator.local.RunCommand;
import dev.loadline.operator.local.ValidateCommand;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: the operator, and local mode, which runs the same operator without a cluster. */
@Command(
    name = "loadline",
    description = "Load tests of LLM inference services.",
    mixinStandardHelpOptions = true,
    version = Main.SHOWN_VERSION)
public final class Main {
  static final String SHOWN_VERSION = "loadline " + OperatorConfig.VERSION;
  private static final int BAD_INPUT = 64;
  private static final int INTERNAL_ERROR = 70;

  private Main() {}

  /** Runs a command and exits with its code; without a command: the operator. */
  public static void main(String[] arguments) {
    System.exit(
        commandLine().execute(arguments.length == 0 ? new String[] {"operator"} : arguments));
  }

  /** All commands. */
  static CommandLine commandLine() {
    CommandLine line =
        new CommandLine(new Main())
            .addSubcommand(new OperatorCommand(System.getenv(), System.err))
            .addSubcommand(new RunCommand(Main::starter))
            .addSubcommand(new ValidateCommand())
            .addSubcommand(new DemoCommand(Main::starter));
    line.getSubcommands().values().forEach(one -> one.getCommandSpec().version(SHOWN_VERSION));
    return line.setParameterExceptionHandler(Main::badArguments)
        .setExecutionExceptionHandler(Main::defect);
  }

  /** What is wrong with the arguments, and where to read what is right. */
  private static int badArguments(CommandLine.ParameterException bad, String[] ignored) {
    CommandLine command = bad.getCommandLine();
    command.getErr().println(bad.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(bad, command.getErr());
    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return BAD_INPUT;
  }

  /** A person gets a sentence; where it happened is for the log's debug level. */
  private static int defect(
      Exception defect, CommandLine command, CommandLine.ParseResult ignored) {
    LoggerFactory.getLogger(Main.class).debug("internal error", defect);
    command
        .getErr()
        .println(
            "loadline: "
                + command.getCommandName()
                + " could not go on: "
                + (defect.getMessage() == null ? defect.toString() : defect.getMessage()));
    return INTERNAL_ERROR;
  }

  /** The real operator for local mode: its warnings on standard error, its metrics on loopback. */
  static OperatorStarter starter() {
    Logging.quiet();
    return client -> RunningLoadline.start(client, OperatorConfig.local(), why -> {});
  }
}
