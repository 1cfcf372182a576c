package dev.loadline.runner.drive;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.LiveSnapshot;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RecordedRequest;
import dev.loadline.runner.measure.Recorder;
import dev.loadline.runner.measure.RequestedTokens;
import dev.loadline.runner.measure.Window;
import org.HdrHistogram.Histogram;

/**
 * One stage on one event loop: sends what its traffic wants, records what comes of it, and comes to
 * rest when it was told to and the last request has ended. {@link #start}, {@link #finish}, {@link
 * #stop} and {@link #cut} may be called from any thread, the rest is the loop's own.
 */
final class StageLoop {
  private static final int TICKS_PER_SNAPSHOT = 20;

  private final LoadLoop loop;
  private final Traffic traffic;
  private final Recorder recorder;
  private final Window window;
  private final Clocks clocks;
  private final Listener listener;
  private final LoopDelay delay;
  private volatile LiveSnapshot live;
  private int inFlight;
  private int ticks;
  private boolean hasSent;
  private boolean finishing;
  private boolean resting;
  private boolean stopping;
  private boolean cutByStop;

  /** One loop's part of a stage that begins at {@code startNanos}. */
  StageLoop(
      LoadLoop loop,
      Traffic traffic,
      Recorder recorder,
      Window window,
      long startNanos,
      Clocks clocks,
      Listener listener) {
    this.loop = loop;
    this.traffic = traffic;
    this.recorder = recorder;
    this.window = window;
    this.clocks = clocks;
    this.listener = listener;
    delay = new LoopDelay(window, startNanos);
    live = recorder.snapshot();
  }

  /** Hears on the loop what concerns all loops of a stage; must be quick. */
  interface Listener {
    /** The loop's first request is about to be sent. */
    void sends();

    /** A request of the window has ended. */
    void endedInWindow(long endNanos);

    /** Nothing is in flight, and nothing will be sent any more. */
    void rests();
  }

  /** Hears that a request has ended. */
  interface End {
    /**
     * The request has ended.
     *
     * @param success whether it succeeded
     * @param attemptNanos when it was sent
     * @param endNanos when it ended
     */
    void ended(boolean success, long attemptNanos, long endNanos);
  }

  /** Begins; the traffic's first request is due at {@code startNanos} or later. */
  void start(long startNanos) {
    loop.execute(() -> {
      tick();
      traffic.start(this, startNanos);
    });
  }

  /** Sends what was due before the window closed, then nothing more; rests when all has ended. */
  void finish() {
    loop.execute(() -> {
      traffic.sendDue(this);
      finishing = true;
      restIfDone();
    });
  }

  /** Sends nothing more, and ends what is in flight. */
  void stop() {
    loop.execute(() -> {
      finishing = true;
      stopping = true;
      loop.client().cutAll();
      restIfDone();
    });
  }

  /** Ends what is in flight; to be called after {@link #finish}. */
  void cut() {
    loop.execute(loop.client()::cutAll);
  }

  /** Whether a request that is due at this instant is to be sent: before the window closes. */
  boolean takes(long dueNanos) {
    return !finishing && dueNanos < window.closeNanos();
  }

  long now() {
    return clocks.now();
  }

  /**
   * Runs a task at an instant; if that has passed, as soon as the loop has done what it is doing.
   */
  void at(long nanos, Runnable task) {
    long delayNanos = nanos - now();
    if (delayNanos <= 0) {
      loop.execute(task);
    } else {
      loop.schedule(task, delayNanos);
    }
  }

  /** Sends a request now. */
  void send(long intendedNanos, End end) {
    if (!hasSent) {
      hasSent = true;
      listener.sends();
    }
    RequestSource.Ready next = loop.nextRequest();
    RecordedRequest request =
        recorder.begin(intendedNanos, RequestedTokens.ofOutput(next.outputTokens()));
    inFlight++;
    loop.client().send(next.body(), request.timeline(), request, ignored -> ended(request, end));
  }

  private void ended(RecordedRequest request, End end) {
    Outcome outcome = request.timeline().outcome();
    cutByStop |= stopping && isCut(outcome);
    long attemptNanos = request.attemptNanos();
    long endNanos = request.timeline().endNanos();
    inFlight--;
    if (recorder.end(request)) {
      listener.endedInWindow(endNanos);
    }
    if (takes(now())) {
      end.ended(outcome instanceof Outcome.Success, attemptNanos, endNanos);
    }
    restIfDone();
  }

  private static boolean isCut(Outcome outcome) {
    return outcome instanceof Outcome.Failure failure && failure.errorClass() == ErrorClass.CUT;
  }

  private void restIfDone() {
    if (finishing && inFlight == 0 && !resting) {
      resting = true;
      live = recorder.snapshot();
      listener.rests();
    }
  }

  private void tick() {
    if (resting) {
      return;
    }
    long next = delay.run(now());
    if (++ticks % TICKS_PER_SNAPSHOT == 0) {
      live = recorder.snapshot();
    }
    loop.schedule(this::tick, Math.max(1, next - now()));
  }

  /** What is to be seen from any thread, renewed every fifth of a second. */
  LiveSnapshot live() {
    return live;
  }

  /** Whether a stop cut a request that would have gone on; to be read at rest. */
  boolean wasCutByStop() {
    return cutByStop;
  }

  /** The recorder; to be read at rest. */
  Recorder recorder() {
    return recorder;
  }

  /** Loop delays in microseconds; to be read at rest. */
  Histogram loopDelay() {
    return delay.histogram();
  }
}
