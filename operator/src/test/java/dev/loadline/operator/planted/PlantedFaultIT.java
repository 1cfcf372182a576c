package dev.loadline.operator.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.loadline.operator.verdict.Judgement;
import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.operator.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Some faults need root, for cgroups, priorities and networks. Where something held the machine up
 * the generator is saturated as well, so that a fault of that kind tells nothing, and a run that
 * says so is right; any other fault must be seen all the same. {@link PlantedFaults} prints a
 * table.
 */
@EnabledOnOs(OS.LINUX)
class PlantedFaultIT {
  private static final int ATTEMPTS = 3;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void makesTheRunInvalidForItsOwnReason(PlantedFault fault) throws Exception {
    Judgement judgement =
        fault.check() == Check.GeneratorSaturated
            ? onAQuietMachine(fault)
            : undisturbed(folder -> seen(fault, judged(fault, folder)));

    assertThat(judgement.reason()).as(judgement.message()).isEqualTo(fault.check().name());
  }

  @ParameterizedTest
  @EnumSource(names = {"POISSON", "DATASET", "TEMPLATE", "REASONING"})
  void nothingIsSaidAgainstACleanRun(CleanRun run) throws Exception {
    Judgement judgement = undisturbed(run.trial()::run);

    assertThat(judgement.reason()).as(judgement.message()).isEqualTo("ObjectivesMet");
  }

  /** The first of some runs whose generator nothing held up that a fault does not explain. */
  private Judgement undisturbed(PlantedFault.Measuring measuring)
      throws IOException, InterruptedException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Neighbours neighbours = new Neighbours();
      try (Stalls stalls = new Stalls()) {
        Judgement judgement = measuring.in(newFolder());
        boolean heldUp =
            neighbours.share() > Neighbours.BUSY || stalls.longest().compareTo(Stalls.LONG) > 0;
        boolean says = judgement.reason().equals(Check.GeneratorSaturated.name());
        if (!heldUp || !says) {
          return judgement;
        }
      }
    }
    return abort("the machine was held up in each of " + ATTEMPTS + " runs, and each said so");
  }

  /** A fault that holds the generator up: what others take must not pass for its doing. */
  private Judgement onAQuietMachine(PlantedFault fault) throws IOException, InterruptedException {
    Neighbours neighbours = new Neighbours();
    Judgement judgement = judged(fault, newFolder());
    assumeQuiet(neighbours.share());
    return seen(fault, judgement);
  }

  private Path newFolder() throws IOException {
    return Files.createTempDirectory(folder, "run");
  }

  private static Judgement seen(PlantedFault fault, Judgement judgement) {
    assertThat(judgement.verdict()).as(judgement.message()).isEqualTo(Verdict.Invalid);
    ValidityResult seen =
        judgement.validity().stream()
            .filter(result -> result.check() == fault.check())
            .findFirst()
            .orElseThrow();
    assertThat(seen.outcome()).as(judgement.message()).isEqualTo(CheckOutcome.Failed);
    assertThat(seen.observed()).contains(fault.observed());
    assertThat(seen.bound()).isNotBlank();
    return judgement;
  }

  private static void assumeQuiet(double share) {
    assumeTrue(
        share <= Neighbours.BUSY,
        () -> "others used %.1f%% of the machine's CPU time".formatted(100 * share));
  }

  private static Judgement judged(PlantedFault fault, Path folder)
      throws IOException, InterruptedException {
    try {
      return fault.run(folder);
    } catch (CannotPlant e) {
      return abort(e.getMessage());
    }
  }
}
