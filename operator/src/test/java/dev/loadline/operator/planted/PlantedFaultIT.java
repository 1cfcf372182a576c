package dev.loadline.operator.planted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.loadline.operator.verdict.Judgement;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.operator.verdict.Verdict;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Needs root, for cgroups, priorities and networks; {@link PlantedFaults} prints a table. */
class PlantedFaultIT {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void makesTheRunInvalidForItsOwnReason(PlantedFault fault) throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");

    Judgement judgement = fault.run(folder);

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
}
