package dev.loadline.runner.progress;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.drive.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is known of a run while it runs: how far its present stage is and what the last look at each
 * earlier one showed. Any thread may use it.
 */
public final class RunView {
  private final RunPlan plan;
  private final Supplier<Optional<Progress>> source;
  private final Map<String, Progress> stages = new LinkedHashMap<>();

  /**
   * A view of a run.
   *
   * @param plan what is run
   * @param source the load's progress; empty while no stage runs
   */
  public RunView(RunPlan plan, Supplier<Optional<Progress>> source) {
    this.plan = plan;
    this.source = source;
  }

  /** The run's name. */
  public String run() {
    return plan.run();
  }

  /** Looks at the load now; what the stage that runs has done so far, empty while none runs. */
  public synchronized Optional<Progress> look() {
    Optional<Progress> now = source.get();
    now.ifPresent(progress -> stages.put(progress.stage(), progress));
    return now;
  }

  /** The last look at each stage that has begun, in order. */
  public synchronized List<Progress> stages() {
    return new ArrayList<>(stages.values());
  }

  /**
   * How much of the run is done, from 0 to 1, every stage counted alike: of a stage with a duration
   * the time of warm-up and window that has passed, of one with a number of requests those that
   * ended.
   */
  public double ratio(Progress progress) {
    double done =
        switch (plan.load().stages().get(progress.index()).end()) {
          case RunPlan.End.After after ->
              (double) progress.inStage().toMillis()
                  / (plan.load().warmupMillis() + after.millis());
          case RunPlan.End.Requests requests ->
              (double) progress.requestsEnded() / requests.count();
        };
    return (progress.index() + Math.clamp(done, 0, 1)) / progress.stages();
  }
}
