package dev.loadline.operator.planted;

import dev.loadline.operator.verdict.Judgement;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints a table of what was measured and judged, with the share of the machine's CPU time that
 * others took and the longest of its {@link Stalls}: {@code PlantedFaults faults [FAULT…]}, or
 * {@code PlantedFaults clean COUNT [CLEAN_RUN…]}, which come in turn. Ends with 1 if one got
 * another verdict than it must, or for another observation.
 */
public final class PlantedFaults {
  private int wrong;

  private PlantedFaults() {}

  /** Runs all. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PlantedFaults faults = new PlantedFaults();
    List<String> words = Arrays.asList(arguments);
    if (words.getFirst().equals("clean")) {
      faults.clean(Integer.parseInt(words.get(1)), words.subList(2, words.size()));
    } else {
      faults.faults(words.subList(1, words.size()));
    }
    System.out.printf("%d wrong verdicts%n", faults.wrong);
    System.exit(faults.wrong == 0 ? 0 : 1);
  }

  private interface Measuring {
    Judgement run(Path folder) throws IOException, InterruptedException;
  }

  private void faults(List<String> only) throws IOException, InterruptedException {
    for (PlantedFault fault : named(only, PlantedFault.values())) {
      tell(fault.name(), fault.check().name(), fault.observed(), fault::run);
    }
  }

  private void clean(int count, List<String> only) throws IOException, InterruptedException {
    List<CleanRun> runs = named(only, CleanRun.values());
    for (int i = 0; i < count; i++) {
      CleanRun run = runs.get(i % runs.size());
      tell(run.name(), "ObjectivesMet", "", folder -> run.trial().run(folder));
    }
  }

  private static <E extends Enum<E>> List<E> named(List<String> only, E[] all) {
    return Stream.of(all).filter(each -> only.isEmpty() || only.contains(each.name())).toList();
  }

  private void tell(String what, String expected, String observed, Measuring measuring)
      throws IOException, InterruptedException {
    Neighbours neighbours = new Neighbours();
    try (Stalls stalls = new Stalls()) {
      Judgement judgement = measuring.run(Files.createTempDirectory("planted"));
      String failed =
          judgement.validity().stream()
              .filter(result -> result.outcome() == CheckOutcome.Failed)
              .map(result ->
                  "%s: %s (bound %s)".formatted(result.check(), result.observed(), result.bound()))
              .collect(Collectors.joining("; "));
      boolean right = judgement.reason().equals(expected) && failed.contains(observed);
      wrong += right ? 0 : 1;
      System.out.printf(
          "%s | %s | %s %s | %s | others %.1f%% | %.1f ms%n",
          right ? "right" : "WRONG",
          what,
          judgement.verdict(),
          judgement.reason(),
          failed.isEmpty() ? judgement.message() : failed,
          100 * neighbours.share(),
          stalls.longest().toNanos() / 1e6);
    }
  }
}
