package dev.loadline.runner.drive;

import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.drive.Progress.Phase;
import dev.loadline.runner.measure.LiveSnapshot;
import dev.loadline.runner.measure.Recorder;
import dev.loadline.runner.measure.RequestBounds;
import dev.loadline.runner.measure.StageSummary;
import dev.loadline.runner.measure.Window;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * One stage on all loops: begins them together, closes the window, drains, and merges what they
 * recorded. One thread runs it; {@link #stop} and {@link #progress} may be called from any.
 */
final class StageRun implements StageListener {
  /** The loops get this long to hear of the start, so that none begins late. */
  private static final long LEAD_NANOS = 5_000_000;

  /**
   * Ending what is in flight takes no waiting, but of some 10,000 connections seconds of a core
   * that others may use too; a loop that needs longer is broken.
   */
  private static final long CUT_SECONDS = 60;

  /** An eighth, for the gaps of all requests in flight. */
  private static final int GAPS_SHARE_OF_HEAP = 8;

  private final StageShape shape;
  private final Clocks clocks;
  private final Spending spending;
  private final long startNanos;
  private final Window window;
  private final List<StageLoop> loops;
  private final Runnable sends;
  private final AtomicLong endedInWindow = new AtomicLong();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch resting;
  private volatile OptionalLong tokensAtClose = OptionalLong.empty();
  private boolean complete = true;
  private boolean ending;

  /**
   * A stage that begins very soon: {@link #run} must follow at once.
   *
   * @param sends called by each loop right before its first request
   */
  StageRun(
      StageShape shape,
      List<LoadLoop> loadLoops,
      Clocks clocks,
      Spending spending,
      Runnable sends) {
    this.shape = shape;
    this.clocks = clocks;
    this.spending = spending;
    this.sends = sends;
    List<Traffic> traffic =
        IntStream.range(0, loadLoops.size())
            .mapToObj(i -> shape.trafficOf(i, loadLoops.get(i).requests().maker()))
            .toList();
    startNanos = clocks.now() + LEAD_NANOS;
    long open = Clocks.later(startNanos, shape.warmupNanos());
    window = new Window(open, Clocks.later(open, shape.windowNanos().orElse(Window.OPEN_ENDED)));
    RequestBounds bounds =
        RequestBounds.of(shape.plan().goodput(), shape.stage().name(), shape.isOpenLoop());
    long gapBytes = Runtime.getRuntime().maxMemory() / GAPS_SHARE_OF_HEAP / loadLoops.size();
    loops =
        IntStream.range(0, loadLoops.size())
            .mapToObj(i ->
                new StageLoop(
                    loadLoops.get(i),
                    traffic.get(i),
                    new Recorder(window, bounds, shape.isOpenLoop(), gapBytes),
                    shape.arrivalRecorder(window),
                    window,
                    startNanos,
                    clocks,
                    spending,
                    this))
            .toList();
    resting = new CountDownLatch(loops.size());
  }

  /** Runs the stage until nothing is in flight any more. */
  StageResult run(GeneratorHealth health, HealthReadings readings) throws InterruptedException {
    loops.forEach(loop -> loop.start(startNanos));
    health.opens(window.openNanos() - clocks.now());
    boolean opened = !closedBefore(window.openNanos());
    long openMillis = clocks.millisAt(Math.min(clocks.now(), window.openNanos()));
    HealthReadings.Reading opening = readings.now();
    closedBefore(window.closeNanos());
    tokensAtClose = OptionalLong.of(figures().tokens());
    HealthReadings.Reading closing = readings.now();
    health.closes(window.closeNanos() - clocks.now());
    drain();
    List<Histogram> delays = loops.stream().map(loop -> loop.ticks().delay()).toList();
    StageResult.Health shown =
        opened
            ? health.window(window.lengthNanos(), opening, closing, delays)
            : StageResult.Health.NONE;
    StageSummary summary =
        new StageSummary(window, loops.stream().map(StageLoop::recorder).toList());
    health.stage(summary);
    Optional<StageResult.Arrivals> arrivals = arrivals();
    return summary
        .result(
            shape.stage().name(),
            openMillis,
            isComplete(),
            shape.requestedRate(window, arrivals),
            arrivals)
        .with(shown);
  }

  private Optional<StageResult.Arrivals> arrivals() {
    return ArrivalRecorder.result(
        loops.stream().flatMap(loop -> loop.arrivals().stream()).toList(), window);
  }

  /** Whether {@link #stop} has ended requests that would have gone on; after {@link #run}. */
  boolean wasCutByStop() {
    return loops.stream().anyMatch(StageLoop::wasCutByStop);
  }

  /** Waits until the instant; true if the window was closed earlier, or is since time is up. */
  private boolean closedBefore(long nanos) throws InterruptedException {
    long until = Math.min(nanos, spending.endsNanos());
    if (until == Window.OPEN_ENDED) {
      closed.await();
      return true;
    }
    if (closed.await(until - clocks.now(), TimeUnit.NANOSECONDS)) {
      return true;
    }
    if (until < nanos) {
      spending.timeIsUp();
      limitReached(clocks.now());
    }
    return until < nanos;
  }

  private void drain() throws InterruptedException {
    loops.forEach(StageLoop::finish);
    if (!resting.await(shape.drainNanos(), TimeUnit.NANOSECONDS)) {
      loops.forEach(StageLoop::cut);
    }
    if (!resting.await(CUT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("requests in flight could not be ended");
    }
  }

  /** Closes the window, unless it is closed, and ends what is in flight. */
  synchronized void stop() {
    ending = true;
    closeAt(clocks.now());
    loops.forEach(StageLoop::stop);
  }

  /** Closes the window and lets end what is in flight, unless it has been told to end before. */
  @Override
  public synchronized void limitReached(long nanos) {
    if (!ending) {
      ending = true;
      closeAt(nanos);
      loops.forEach(StageLoop::endSending);
    }
  }

  private void closeAt(long nanos) {
    complete &= nanos >= window.closeNanos();
    window.closeAt(nanos);
    closed.countDown();
  }

  private synchronized boolean isComplete() {
    return complete;
  }

  @Override
  public void sends() {
    sends.run();
  }

  @Override
  public void endedInWindow(long endNanos) {
    long ended = endedInWindow.incrementAndGet();
    OptionalLong wanted = shape.requestsWanted();
    if (wanted.isPresent() && ended == wanted.getAsLong()) {
      window.closeAt(endNanos + 1);
      closed.countDown();
    }
  }

  @Override
  public void rests() {
    resting.countDown();
  }

  private LiveSnapshot figures() {
    return LiveSnapshot.sum(loops.stream().map(loop -> loop.ticks().live()).toList());
  }

  private Optional<Duration> sending() {
    return shape.windowNanos().isPresent()
        ? Optional.of(
            Duration.ofNanos(Clocks.later(shape.warmupNanos(), shape.windowNanos().getAsLong())))
        : Optional.empty();
  }

  /** How far it is. */
  Progress progress() {
    long now = Math.max(startNanos, clocks.now());
    long close = window.closeNanos();
    Phase phase =
        now < window.openNanos() ? Phase.WARMUP : now < close ? Phase.WINDOW : Phase.DRAIN;
    LiveSnapshot figures = figures();
    long tokens = phase == Phase.DRAIN ? tokensAtClose.orElse(figures.tokens()) : figures.tokens();
    long sendingNanos = Math.min(now, close) - startNanos;
    return new Progress(
        shape.stage().name(),
        shape.index(),
        shape.plan().load().stages().size(),
        phase,
        Duration.ofNanos(now - startNanos),
        sending(),
        endedInWindow.get(),
        shape.requestsWanted(),
        figures,
        sendingNanos == 0 ? 0 : Math.round(tokens * 1e9 / sendingNanos),
        Optional.empty());
  }
}
