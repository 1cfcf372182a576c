package dev.loadline.runner.drive;

import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Limit;
import dev.loadline.runner.contract.StageResult;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What came of a load: the parts of a result that the driver knows.
 *
 * @param loadStartedMillis epoch milliseconds of the first request; absent if none was sent
 * @param stages one per stage that has ended, in order
 * @param generator the generator's own health over their windows
 * @param limit the limit of the plan that ended the load; absent if none did
 * @param stopped true if a stage of the plan is missing or its window was cut short and no limit is
 *     why, or a stop cut what was in flight
 */
public record LoadReport(
    OptionalLong loadStartedMillis,
    List<StageResult> stages,
    Generator generator,
    Optional<Limit> limit,
    boolean stopped) {
  /** Copies the list. */
  public LoadReport {
    stages = List.copyOf(stages);
  }
}
