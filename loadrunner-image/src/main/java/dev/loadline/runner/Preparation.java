package dev.loadline.runner;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.drive.ClientWarmup;
import dev.loadline.runner.drive.Replay;
import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.Endpoint;
import dev.loadline.runner.http.EngineProfile;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.ProbeResult;
import dev.loadline.runner.http.PromptTokens;
import dev.loadline.runner.http.RequestEncoder;
import dev.loadline.runner.http.TargetProbe;
import dev.loadline.runner.http.Tokenizer;
import dev.loadline.runner.prompt.Calibration;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What comes before the load: the target is looked at while the client warms itself up and the
 * workload's files are read through; then the target counts the tokens of a few prompts. One thread
 * calls {@link #run} once; {@link #stop} may be called from any.
 */
final class Preparation {
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

  /** Lengths are worth that much waiting; then a word is taken for a token. */
  private static final Duration CALIBRATION = Duration.ofSeconds(30);

  private final RunPlan plan;
  private final RunnerSettings settings;
  private final Endpoint endpoint;
  private final EventLoops loops;
  private final Duration mostWait;
  private volatile Optional<ProbeResult.NotReady> waitsFor = Optional.empty();
  private volatile List<String> problems = List.of();
  private @Nullable Thread preparing;
  private boolean stopped;

  /**
   * A preparation.
   *
   * @param millisLeft how long the target may be waited for at most, whatever the plan says
   */
  Preparation(RunnerSettings settings, EventLoops loops, long millisLeft) {
    this.settings = settings;
    this.loops = loops;
    plan = settings.plan();
    endpoint = settings.endpoint();
    mostWait = Duration.ofMillis(Math.min(plan.target().readinessTimeoutMillis(), millisLeft));
  }

  /** What came of it. */
  sealed interface Result {
    /**
     * The load can begin.
     *
     * @param target what was found
     * @param encoder makes requests for it
     * @param calibration what it makes of words
     * @param replay the trace that is replayed, if there is one
     */
    record Ready(
        ProbeResult.Ready target,
        RequestEncoder encoder,
        Calibration calibration,
        Optional<Replay> replay)
        implements Result {}

    /** The target cannot be loaded. */
    record NoTarget(ProbeResult.NotReady found) implements Result {}

    /** The plan or a file cannot be used: all that is wrong, each a sentence for the user. */
    record Unusable(List<String> problems) implements Result {}
  }

  /** What was wrong with the target when it was last looked at, if that was waited for. */
  Optional<ProbeResult.NotReady> waitsFor() {
    return waitsFor;
  }

  /**
   * Prepares. Whatever ends it ends all of it.
   *
   * @throws InterruptedException if it was stopped
   */
  Result run() throws InterruptedException {
    ClientWarmup warmup = new ClientWarmup(loops, endpoint, settings.clientWarmup());
    begin();
    try {
      FutureTask<Boolean> warm =
          start(
              "warm-up",
              () -> {
                warmup.run();
                return true;
              });
      FutureTask<WorkloadFiles> files = start("files", this::readFiles);
      return switch (probe()) {
        case ProbeResult.NotReady found -> new Result.NoTarget(found);
        case ProbeResult.Ready found -> ready(found, warm, files);
      };
    } catch (UnusableTargetException e) {
      return new Result.Unusable(List.of(e.getMessage()));
    } catch (ExecutionException e) {
      throw new IllegalStateException("preparing the load failed", e.getCause());
    } catch (InterruptedException e) {
      if (problems.isEmpty()) {
        throw e;
      }
      return new Result.Unusable(problems);
    } finally {
      warmup.stop();
      end();
    }
  }

  private static <T> FutureTask<T> start(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().name(name).start(task);
    return task;
  }

  private Result ready(
      ProbeResult.Ready found, FutureTask<Boolean> warm, FutureTask<WorkloadFiles> files)
      throws InterruptedException, ExecutionException {
    waitsFor = Optional.empty();
    LOG.atInfo()
        .addKeyValue("model", plan.target().model().orElseGet(() -> endpoint.shown(found.model())))
        .addKeyValue("engine", found.engine().engineName())
        .addKeyValue("version", found.version().orElse("unknown"))
        .log("target found");
    warm.get();
    LOG.atInfo().addKeyValue("loops", loops.all().size()).log("client warm");
    Optional<Replay> replay = files.get().replay();
    RequestEncoder encoder =
        new RequestEncoder(
            endpoint.api(),
            found.engine(),
            found.model(),
            Optional.of(plan.nonce()).filter(_ -> plan.workload().isolated()));
    return new Result.Ready(found, encoder, calibration(found, encoder), replay);
  }

  /** A file that cannot be used ends the wait for the target. */
  private WorkloadFiles readFiles() {
    WorkloadFiles read = WorkloadFiles.read(plan, settings.data(), MemoryBudget.ofThisProcess());
    problems = read.problems();
    if (!problems.isEmpty()) {
      interrupt();
    }
    return read;
  }

  private ProbeResult probe() throws InterruptedException {
    try {
      return new TargetProbe(loops, endpoint, this::waits)
          .probe(plan.target().model(), EngineProfile.named(plan.target().engine()), mostWait);
    } catch (IllegalArgumentException e) {
      throw new UnusableTargetException(e);
    }
  }

  private void waits(ProbeResult.NotReady found) {
    waitsFor = Optional.of(found);
    LOG.atInfo()
        .addKeyValue("target", endpoint.url())
        .addKeyValue("upTo", mostWait.toString().substring(2).toLowerCase(Locale.ROOT))
        .addKeyValue("found", found.sentence())
        .log("waiting for the target");
  }

  /** What it asks of the target is no load. */
  private Calibration calibration(ProbeResult.Ready found, RequestEncoder encoder)
      throws InterruptedException {
    Calibration calibration =
        within(CALIBRATION, () -> measure(found, encoder)).orElse(Calibration.NONE);
    if (calibration.source() == Calibration.Source.NONE) {
      LOG.warn(
          "the target does not count the tokens of prompts: a word is taken for a token, and"
              + " nothing for the chat template");
    } else {
      LOG.atInfo()
          .addKeyValue("tokensPerWord", calibration.tokensPerWord())
          .addKeyValue("template", calibration.template())
          .addKeyValue("source", calibration.source())
          .log("prompts calibrated");
    }
    return calibration;
  }

  /** What the work comes to; empty if it fails or is not done in time, when it is interrupted. */
  static <T> Optional<T> within(Duration limit, Callable<T> work) throws InterruptedException {
    FutureTask<T> task = start("calibration", work);
    try {
      return Optional.of(task.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      LOG.debug("calibration failed", e);
    } catch (TimeoutException e) {
      LOG.debug("calibration took too long", e);
    } finally {
      task.cancel(true);
    }
    return Optional.empty();
  }

  private Calibration measure(ProbeResult.Ready found, RequestEncoder encoder)
      throws InterruptedException {
    Optional<Tokenizer> tokenizer = Tokenizer.of(loops, endpoint, found.engine(), found.model());
    return Calibration.measure(
        new PromptTokens(loops, endpoint, tokenizer, encoder),
        plan.workload(),
        endpoint.api() == Api.CHAT,
        plan.nonce(),
        System::nanoTime);
  }

  private synchronized void begin() throws InterruptedException {
    if (stopped) {
      throw new InterruptedException();
    }
    preparing = Thread.currentThread();
  }

  /** From here on nobody interrupts; an interrupt that came too late is forgotten. */
  private synchronized void end() {
    preparing = null;
    Thread.interrupted();
  }

  /** Ends it soon, if it has not ended. */
  synchronized void stop() {
    stopped = true;
    interrupt();
  }

  private synchronized void interrupt() {
    if (preparing != null) {
      preparing.interrupt();
    }
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
