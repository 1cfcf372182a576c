package dev.loadline.runner;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.contract.RunResult.TargetFacts;
import dev.loadline.runner.drive.Clocks;
import dev.loadline.runner.drive.LoadDriver;
import dev.loadline.runner.drive.LoadReport;
import dev.loadline.runner.drive.Progress;
import dev.loadline.runner.drive.Spending;
import dev.loadline.runner.http.Endpoint;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.ProbeResult;
import dev.loadline.runner.prompt.Calibration;
import dev.loadline.runner.prompt.PromptSource;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a plan: prepares, then drives the load. One thread calls {@link #run} once; everything
 * else may be called from any thread.
 */
final class LoadRun {
  private static final Logger LOG = LoggerFactory.getLogger(LoadRun.class);

  private static final int LONGEST_MODEL = 200;
  private static final int LONGEST_VERSION = 60;

  private final RunPlan plan;
  private final RunnerSettings settings;
  private final Endpoint endpoint;
  private final Clocks clocks;
  private final Spending spending;
  private volatile OptionalLong startedMillis = OptionalLong.empty();
  private volatile Optional<TargetFacts> target = Optional.empty();
  private volatile @Nullable LoadDriver driver;
  private @Nullable Preparation preparation;
  private boolean stopped;

  /**
   * A run.
   *
   * @param bornNanos when its process began, by the monotonic clock
   */
  LoadRun(RunnerSettings settings, Clocks clocks, long bornNanos) {
    this.settings = settings;
    plan = settings.plan();
    endpoint = settings.endpoint();
    this.clocks = clocks;
    spending = Spending.of(plan, bornNanos);
  }

  /** Runs the plan; what the target, the files or a stop make of it is in the result. */
  RunResult run() {
    Optional<String> obstacle = LoadDriver.obstacle(plan, endpoint);
    if (obstacle.isPresent()) {
      LOG.error(obstacle.get());
      return NoLoad.result(Outcome.BAD_CONFIGURATION, obstacle.get(), clocks);
    }
    int cores = Runtime.getRuntime().availableProcessors();
    try (EventLoops loops = EventLoops.start(cores, "load")) {
      return run(loops);
    } catch (UncheckedIOException e) {
      LOG.debug("a file of the workload", e);
      return resultSoFar(Outcome.INTERNAL_ERROR, String.valueOf(e.getMessage()));
    }
  }

  private RunResult run(EventLoops loops) {
    Preparation preparing = new Preparation(settings, loops, spending.millisLeft(now()));
    try {
      begin(preparing);
      return switch (preparing.run()) {
        case Preparation.Result.Ready ready -> load(ready, loops);
        case Preparation.Result.NoTarget none -> NoLoad.result(none.found(), clocks);
        case Preparation.Result.Unusable unusable -> {
          unusable.problems().forEach(LOG::error);
          yield NoLoad.result(unusable.problems(), clocks);
        }
      };
    } catch (InterruptedException e) {
      return NoLoad.stopped(preparing.waitsFor(), clocks);
    }
  }

  private RunResult load(Preparation.Result.Ready ready, EventLoops loops)
      throws InterruptedException {
    target = Optional.of(facts(ready.target(), ready.calibration()));
    PromptSource prompts = new PromptSource(plan, ready.calibration(), settings.data().path());
    Optional<String> warning = prompts.warning();
    warning.ifPresent(LOG::warn);
    LoadDriver load =
        new LoadDriver(
            plan,
            endpoint,
            ready.encoder(),
            prompts,
            ready.replay(),
            loops,
            clocks,
            spending,
            this::loadStarts);
    LoadReport report = begin(load).run();
    report
        .limit()
        .ifPresent(limit ->
            LOG.atInfo().addKeyValue("limit", limit).log("the load has ended at its limit"));
    return report.stopped()
        ? result(
            Outcome.STOPPED,
            Optional.of("The run was stopped; this is what it had measured until then."),
            report)
        : result(Outcome.MEASURED, warning, report);
  }

  private long now() {
    return clocks.nanoTime().getAsLong();
  }

  private void loadStarts() {
    startedMillis = OptionalLong.of(clocks.wall().millis());
  }

  /**
   * A result of a run that cannot make one itself: what is known of it now. That load was sent is
   * never left out.
   *
   * @param message what happened, for the user
   */
  RunResult resultSoFar(Outcome outcome, String message) {
    LoadDriver load = driver;
    return load == null
        ? NoLoad.result(outcome, message, clocks)
        : result(outcome, Optional.of(NoLoad.shortened(message)), load.reportSoFar());
  }

  private RunResult result(Outcome outcome, Optional<String> message, LoadReport report) {
    return new RunResult(
        RunResult.VERSION,
        outcome,
        message,
        Optional.empty(),
        target,
        report.loadStartedMillis().isPresent() ? report.loadStartedMillis() : startedMillis,
        clocks.wall().millis(),
        report.stages(),
        report.generator(),
        Optional.of(spending.spent(now())),
        report.limit(),
        List.of());
  }

  /** Names that a server makes up must not crowd the figures out of the termination message. */
  private TargetFacts facts(ProbeResult.Ready ready, Calibration calibration) {
    return new TargetFacts(
        shortened(shownModel(ready), LONGEST_MODEL),
        ready.engine().engineName(),
        ready.version().map(version -> shortened(version, LONGEST_VERSION)),
        Optional.of(calibration)
            .filter(known -> known.source() != Calibration.Source.NONE)
            .map(known -> new RunResult.Calibration(known.tokensPerWord(), known.template())));
  }

  /** A name that stands in the plan is no secret, whatever it has in common with a key. */
  private String shownModel(ProbeResult.Ready ready) {
    return plan.target().model().orElseGet(() -> endpoint.shown(ready.model()));
  }

  private static String shortened(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
  }

  private synchronized void begin(Preparation preparing) throws InterruptedException {
    if (stopped) {
      throw new InterruptedException();
    }
    preparation = preparing;
  }

  private synchronized LoadDriver begin(LoadDriver load) throws InterruptedException {
    if (stopped) {
      throw new InterruptedException();
    }
    driver = load;
    return load;
  }

  /** Stops the run, whatever it does: {@link #run} returns soon, with what was measured. */
  synchronized void stop() {
    stopped = true;
    Preparation preparing = preparation;
    LoadDriver load = driver;
    if (load != null) {
      load.stop();
    } else if (preparing != null) {
      preparing.stop();
    }
  }

  /** Whether the load's first request has been or is about to be sent. */
  boolean hasStarted() {
    return startedMillis.isPresent();
  }

  /** How far the load is; empty while no stage runs. */
  Optional<Progress> progress() {
    LoadDriver load = driver;
    return load == null ? Optional.empty() : load.progress();
  }

  /** The last progress of each stage that has ended, in order. */
  List<Progress> endedStages() {
    LoadDriver load = driver;
    return load == null ? List.of() : load.endedStages();
  }
}
