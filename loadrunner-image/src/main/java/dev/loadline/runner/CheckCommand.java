package dev.loadline.runner;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code check}: says what is wrong with a plan and its dataset or trace, and sends nothing. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 64,
    description = {
      "Reads a load plan, and its dataset or trace from the first record to the last, and prints"
          + " what is wrong with them, each on a line of its own: of a file the first 20 problems"
          + " and how many more there are. Sends nothing and needs no secrets; how much memory"
          + " there is on the load runner's machine is not known here.",
      "Reads LOADLINE_PLAN or LOADLINE_PLAN_FILE, LOADLINE_DATA and LOADLINE_DATA_SOURCE as run"
          + " does.",
      "Exit codes: 0 nothing is wrong, 64 something is."
    })
final class CheckCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Spec private CommandSpec command = CommandSpec.create();

  /** For picocli: with this process's environment. */
  CheckCommand() {
    this(System.getenv());
  }

  CheckCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    List<String> problems = problems();
    problems.forEach(command.commandLine().getOut()::println);
    command.commandLine().getOut().flush();
    return problems.isEmpty() ? 0 : Outcome.BAD_CONFIGURATION.exitCode();
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    DataFolder data = DataFolder.read(environment, problems);
    try {
      RunPlan plan = PlanReader.read(environment);
      problems.addAll(PlanCheck.problems(plan));
      if (problems.isEmpty()) {
        problems.addAll(WorkloadFiles.read(plan, data, MemoryBudget.unknown()).problems());
      }
    } catch (PlanReader.UnusableException e) {
      problems.add(e.getMessage());
    }
    return problems;
  }
}
