package dev.loadline.operator.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.loadline.operator.verdict.Judgement;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.operator.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Some faults need root, for cgroups, priorities and networks. Where others used the machine as
 * well nothing is tested, since that is a fault of its own. {@link PlantedFaults} prints a table.
 */
@EnabledOnOs(OS.LINUX)
class PlantedFaultIT {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void makesTheRunInvalidForItsOwnReason(PlantedFault fault) throws Exception {
    Neighbours neighbours = new Neighbours();
    Judgement judgement = judged(fault);
    double share = neighbours.share();
    assumeTrue(
        share <= Neighbours.BUSY,
        () -> "others used %.1f%% of the machine's CPU time".formatted(100 * share));

    assertThat(judgement.verdict()).isEqualTo(Verdict.Invalid);
    assertThat(judgement.reason()).as(judgement.message()).isEqualTo(fault.check().name());
    ValidityResult seen =
        judgement.validity().stream()
            .filter(result -> result.check() == fault.check())
            .findFirst()
            .orElseThrow();
    assertThat(seen.outcome()).isEqualTo(CheckOutcome.Failed);
    assertThat(seen.observed()).isNotBlank();
    assertThat(seen.bound()).isNotBlank();
  }

  private Judgement judged(PlantedFault fault) throws IOException, InterruptedException {
    try {
      return fault.run(folder);
    } catch (CannotPlant e) {
      return abort(e.getMessage());
    }
  }
}
