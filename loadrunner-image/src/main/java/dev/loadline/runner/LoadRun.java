package dev.loadline.runner;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.contract.RunResult.TargetFacts;
import dev.loadline.runner.drive.ClientWarmup;
import dev.loadline.runner.drive.Clocks;
import dev.loadline.runner.drive.LoadDriver;
import dev.loadline.runner.drive.LoadReport;
import dev.loadline.runner.drive.Progress;
import dev.loadline.runner.http.Endpoint;
import dev.loadline.runner.http.EngineProfile;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.ProbeResult;
import dev.loadline.runner.http.RequestEncoder;
import dev.loadline.runner.http.TargetProbe;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a plan: looks at the target while the client warms itself up, then drives the load.
 * One thread calls {@link #run} once; everything else may be called from any thread.
 */
final class LoadRun {
  private static final Logger LOG = LoggerFactory.getLogger(LoadRun.class);

  private static final int LONGEST_MODEL = 200;
  private static final int LONGEST_VERSION = 60;

  private final RunPlan plan;
  private final Endpoint endpoint;
  private final Duration clientWarmup;
  private final Clocks clocks;
  private volatile OptionalLong startedMillis = OptionalLong.empty();
  private volatile Optional<TargetFacts> target = Optional.empty();
  private volatile @Nullable LoadDriver driver;
  private Optional<ProbeResult.NotReady> waitsFor = Optional.empty();
  private @Nullable Thread preparing;
  private boolean stopped;

  LoadRun(RunnerSettings settings, Clocks clocks) {
    plan = settings.plan();
    endpoint = settings.endpoint();
    clientWarmup = settings.clientWarmup();
    this.clocks = clocks;
  }

  /** Runs the plan; what the target or a stop makes of it is in the result. */
  RunResult run() {
    Optional<String> obstacle = LoadDriver.obstacle(plan, endpoint);
    if (obstacle.isPresent()) {
      return NoLoad.result(Outcome.BAD_CONFIGURATION, obstacle.get(), clocks);
    }
    int cores = Runtime.getRuntime().availableProcessors();
    try (EventLoops loops = EventLoops.start(cores, "load")) {
      return switch (prepare(loops)) {
        case ProbeResult.Ready ready -> load(ready, loops);
        case ProbeResult.NotReady unusable -> NoLoad.result(unusable, clocks);
      };
    } catch (UnusableTargetException e) {
      return NoLoad.result(Outcome.BAD_CONFIGURATION, e.getMessage(), clocks);
    } catch (InterruptedException e) {
      return NoLoad.stopped(waitsFor, clocks);
    }
  }

  /** The probe on this thread, the client's warm-up beside it; a target without use ends both. */
  private ProbeResult prepare(EventLoops loops) throws InterruptedException {
    ClientWarmup warmup = new ClientWarmup(loops, endpoint, clientWarmup);
    FutureTask<Boolean> warm =
        new FutureTask<>(() -> {
          warmup.run();
          return true;
        });
    beginPreparing();
    try {
      Thread.ofPlatform().daemon().name("warm-up").start(warm);
      ProbeResult found = probe(loops);
      if (found instanceof ProbeResult.Ready ready) {
        waitsFor = Optional.empty();
        LOG.atInfo()
            .addKeyValue("model", shownModel(ready))
            .addKeyValue("engine", ready.engine().engineName())
            .addKeyValue("version", ready.version().orElse("unknown"))
            .log("target found");
        warm.get();
        LOG.atInfo().addKeyValue("loops", loops.all().size()).log("client warm");
      }
      return found;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the client's warm-up failed", e.getCause());
    } finally {
      warmup.stop();
      endPreparing();
    }
  }

  private ProbeResult probe(EventLoops loops) throws InterruptedException {
    try {
      return new TargetProbe(loops, endpoint, this::waits)
          .probe(
              plan.target().model(),
              EngineProfile.named(plan.target().engine()),
              Duration.ofMillis(plan.target().readinessTimeoutMillis()));
    } catch (IllegalArgumentException e) {
      throw new UnusableTargetException(e);
    }
  }

  private void waits(ProbeResult.NotReady found) {
    waitsFor = Optional.of(found);
    Duration most = Duration.ofMillis(plan.target().readinessTimeoutMillis());
    LOG.atInfo()
        .addKeyValue("target", endpoint.url())
        .addKeyValue("upTo", most.toString().substring(2).toLowerCase(Locale.ROOT))
        .addKeyValue("found", found.sentence())
        .log("waiting for the target");
  }

  private synchronized void beginPreparing() throws InterruptedException {
    if (stopped) {
      throw new InterruptedException();
    }
    preparing = Thread.currentThread();
  }

  /** From here on nobody interrupts; an interrupt that came too late is forgotten. */
  private synchronized void endPreparing() {
    preparing = null;
    Thread.interrupted();
  }

  private RunResult load(ProbeResult.Ready ready, EventLoops loops) throws InterruptedException {
    RequestEncoder encoder =
        new RequestEncoder(
            endpoint.api(), ready.engine(), ready.model(), Optional.of(plan.nonce()));
    target = Optional.of(facts(ready));
    LoadReport report =
        begin(new LoadDriver(plan, endpoint, encoder, loops, clocks, this::loadStarts)).run();
    return report.stopped()
        ? result(
            Outcome.STOPPED,
            Optional.of("The run was stopped; this is what it had measured until then."),
            report)
        : result(Outcome.MEASURED, Optional.empty(), report);
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
        List.of());
  }

  /** Names that a server makes up must not crowd the figures out of the termination message. */
  private TargetFacts facts(ProbeResult.Ready ready) {
    return new TargetFacts(
        shortened(shownModel(ready), LONGEST_MODEL),
        ready.engine().engineName(),
        ready.version().map(version -> shortened(version, LONGEST_VERSION)),
        Optional.empty());
  }

  /** A name that stands in the plan is no secret, whatever it has in common with a key. */
  private String shownModel(ProbeResult.Ready ready) {
    return plan.target().model().orElseGet(() -> endpoint.shown(ready.model()));
  }

  private static String shortened(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
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
    Thread waiting = preparing;
    LoadDriver load = driver;
    if (waiting != null) {
      waiting.interrupt();
    } else if (load != null) {
      load.stop();
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

  /** The target's settings cannot be used; the message is a sentence for the user. */
  private static final class UnusableTargetException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableTargetException(IllegalArgumentException cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
