package dev.loadline.runner.progress;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.drive.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is known of a run while it runs: how far its present stage is and what became of each
 * earlier one. Any thread may use it.
 */
public final class RunView {
  private final RunPlan plan;
  private final Supplier<Optional<Progress>> source;
  private final Supplier<List<Progress>> finished;

  /**
   * A view of a run.
   *
   * @param plan what is run
   * @param source the load's progress; empty while no stage runs
   * @param finished the last progress of each stage that has ended, from the first on; a stage is
   *     there before the next one runs
   */
  public RunView(
      RunPlan plan, Supplier<Optional<Progress>> source, Supplier<List<Progress>> finished) {
    this.plan = plan;
    this.source = source;
    this.finished = finished;
  }

  /** The run's name. */
  public String run() {
    return plan.run();
  }

  /** The stage that runs, or that has ended and is not yet followed; empty before and after. */
  public Optional<Progress> look() {
    Optional<Progress> now = source.get();
    List<Progress> ended = finished.get();
    return now.map(stage -> stage.index() < ended.size() ? ended.get(stage.index()) : stage);
  }

  /** Each stage that has ended, with its final figures, in order. */
  public List<Progress> finished() {
    return finished.get();
  }

  /** Each stage that has begun, in order. */
  public List<Progress> stages() {
    Optional<Progress> now = source.get();
    List<Progress> stages = new ArrayList<>(finished.get());
    now.filter(stage -> stage.index() >= stages.size()).ifPresent(stages::add);
    return stages;
  }

  /**
   * How much of the run is done, from 0 to 1, every stage counted alike: of a stage with a duration
   * the time of warm-up and window that has passed, of one with a number of requests those that
   * ended.
   */
  public double ratio(Progress progress) {
    double done =
        progress
            .sending()
            .map(sending -> (double) progress.inStage().toMillis() / sending.toMillis())
            .orElseGet(
                () -> (double) progress.requestsEnded() / progress.requestsWanted().orElseThrow());
    return (progress.index() + Math.clamp(done, 0, 1)) / progress.stages();
  }
}
