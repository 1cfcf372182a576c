package dev.loadline.operator.planted;

import dev.loadline.operator.verdict.Judgement;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Prints a table of planted faults and the verdicts that they got, and of clean runs: {@code
 * PlantedFaults CLEAN_RUNS [FAULT…]}. Ends with 1 if one got another verdict than it must.
 */
public final class PlantedFaults {
  private int wrong;

  private PlantedFaults() {}

  /** Runs all. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PlantedFaults faults = new PlantedFaults();
    List<String> only = Arrays.asList(arguments).subList(1, arguments.length);
    for (PlantedFault fault : PlantedFault.values()) {
      if (only.isEmpty() || only.contains(fault.name())) {
        Judgement judgement = fault.run(Files.createTempDirectory("planted"));
        faults.tell(fault.name(), fault.check().name(), judgement);
      }
    }
    int clean = Integer.parseInt(arguments[0]);
    for (int i = 0; i < clean; i++) {
      CleanRun run = CleanRun.ALL.get(i % CleanRun.ALL.size());
      Judgement judgement = run.trial().run(Files.createTempDirectory("clean"));
      faults.tell(run.name(), "ObjectivesMet", judgement);
    }
    System.out.printf("%d wrong verdicts%n", faults.wrong);
    System.exit(faults.wrong == 0 ? 0 : 1);
  }

  private void tell(String what, String expected, Judgement judgement) {
    boolean right = judgement.reason().equals(expected);
    wrong += right ? 0 : 1;
    String failed =
        judgement.validity().stream()
            .filter(result -> result.outcome() == CheckOutcome.Failed)
            .map(result ->
                "%s: %s (bound %s)".formatted(result.check(), result.observed(), result.bound()))
            .collect(Collectors.joining("; "));
    System.out.printf(
        "%s | %s | %s %s | %s%n",
        right ? "right" : "WRONG",
        what,
        judgement.verdict(),
        judgement.reason(),
        failed.isEmpty() ? judgement.message() : failed);
  }
}
