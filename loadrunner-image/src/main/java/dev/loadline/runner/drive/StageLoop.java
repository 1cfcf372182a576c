package dev.loadline.runner.drive;

import dev.loadline.runner.http.Lane;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RecordedRequest;
import dev.loadline.runner.measure.Recorder;
import dev.loadline.runner.measure.RequestTimeline;
import dev.loadline.runner.measure.Window;
import dev.loadline.runner.prompt.Answer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One stage on one event loop: sends what its traffic wants, records what comes of it, and comes to
 * rest when it was told to and the last request has ended. {@link #start}, {@link #finish}, {@link
 * #stop} and {@link #cut} may be called from any thread, the rest is the loop's own.
 */
final class StageLoop {
  /** So many may wait to be made: all that can be made until they are asked for again. */
  private static final int MOST_UNMADE = 1024;

  private final LoadLoop loop;
  private final Traffic traffic;
  private final Recorder recorder;
  private final Optional<ArrivalRecorder> arrivals;
  private final Window window;
  private final Clocks clocks;
  private final Spending spending;
  private final StageListener listener;
  private final StageTicks ticks;
  private final ArrayDeque<Unmade> unmade = new ArrayDeque<>();
  private final List<Lane> lanes = new ArrayList<>();
  private int inFlight;
  private boolean hasSent;
  private boolean finishing;
  private boolean givenUp;
  private boolean resting;
  private boolean stopping;
  private boolean cutByStop;

  /** One loop's part of a stage that begins at {@code startNanos}. */
  StageLoop(
      LoadLoop loop,
      Traffic traffic,
      Recorder recorder,
      Optional<ArrivalRecorder> arrivals,
      Window window,
      long startNanos,
      Clocks clocks,
      Spending spending,
      StageListener listener) {
    this.loop = loop;
    this.traffic = traffic;
    this.recorder = recorder;
    this.arrivals = arrivals;
    this.window = window;
    this.clocks = clocks;
    this.spending = spending;
    this.listener = listener;
    ticks =
        new StageTicks(loop, recorder, new LoopDelay(window, startNanos), clocks, this::received);
  }

  /** A request that waits to be made. */
  private record Unmade(long intendedNanos, Sender sender) {}

  /** Begins; the traffic's first request is due at {@code startNanos} or later. */
  void start(long startNanos) {
    loop.execute(() -> {
      ticks.begin();
      traffic.start(this, startNanos);
    });
  }

  /** The window is closed: rests when all that was due in it has been sent and has ended. */
  void finish() {
    loop.execute(() -> {
      finishing = true;
      restIfDone();
    });
  }

  /** Sends nothing more, and ends what is in flight. */
  void stop() {
    loop.execute(() -> {
      finishing = true;
      givenUp = true;
      stopping = true;
      forgetUnmade();
      loop.client().cutAll();
      restIfDone();
    });
  }

  /** Ends what is in flight, or should be; to be called after {@link #finish}. */
  void cut() {
    loop.execute(() -> {
      unmade.forEach(request -> recorder.neverSent(request.intendedNanos(), now(), 1));
      forgetUnmade();
      traffic.giveUp(this);
      givenUp = true;
      loop.client().cutAll();
      restIfDone();
    });
  }

  private void forgetUnmade() {
    loop.requests().giveUp();
    spending.giveBack(unmade.size());
    unmade.clear();
  }

  /**
   * A limit is reached: nothing more is sent, and what is in flight goes on. What was due in the
   * window until now and is not sent counts as cut.
   */
  void endSending() {
    loop.execute(() -> {
      if (now() >= window.openNanos()) {
        traffic.giveUp(this);
      }
      givenUp = true;
      restIfDone();
    });
  }

  /**
   * Requests of an open loop that were due at this instant will not be sent: they count as cut. Of
   * a trace there is one at a time.
   */
  void neverSent(long intendedNanos, long count) {
    arrivals.ifPresent(recorded -> recorded.due(intendedNanos));
    recorder.neverSent(intendedNanos, now(), count);
  }

  long closeNanos() {
    return window.closeNanos();
  }

  /** Whether a request that is due at this instant is to be sent: before the window closes. */
  boolean takes(long dueNanos) {
    return !givenUp && !resting && dueNanos < window.closeNanos();
  }

  /** Whether so many requests wait to be made that no more should be sent for now. */
  boolean isCrowded() {
    return unmade.size() >= MOST_UNMADE;
  }

  long now() {
    return clocks.now();
  }

  /** A sender's way to the target, until the stage rests or it closes it. */
  Lane lane() {
    Lane lane = loop.lane();
    lanes.add(lane);
    return lane;
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

  /** Runs a task when the loop has looked for answers. */
  void nextTurn(Runnable task) {
    loop.nextTurn(task);
  }

  /** Sends the first turn of another conversation: now, or as soon as it is made. */
  void send(long intendedNanos, Sender sender) {
    if (isDenied(intendedNanos)) {
      return;
    }
    arrivals.ifPresent(recorded -> recorded.due(intendedNanos));
    unmade.add(new Unmade(intendedNanos, sender));
    loop.requests().take(this::made);
  }

  private void made(Turn turn) {
    Unmade next = unmade.remove();
    transmit(turn, next.intendedNanos(), next.sender());
  }

  /** Sends a turn now. */
  void send(Turn turn, long intendedNanos, Sender sender) {
    if (!isDenied(intendedNanos)) {
      transmit(turn, intendedNanos, sender);
    }
  }

  /**
   * Whether a limit forbids a request. The first one that it forbids closes the window: in an open
   * loop at the instant at which it was due, so that all that was due in the window was sent.
   */
  private boolean isDenied(long intendedNanos) {
    if (spending.takeRequest()) {
      return false;
    }
    if (arrivals.isEmpty()) {
      listener.limitReached(now());
    } else if (now() < window.closeNanos()) {
      listener.limitReached(intendedNanos);
    } else {
      neverSent(intendedNanos, 1);
    }
    return true;
  }

  private void transmit(Turn turn, long intendedNanos, Sender sender) {
    if (!hasSent) {
      hasSent = true;
      listener.sends();
    }
    arrivals.ifPresent(recorded -> recorded.sent(now()));
    RecordedRequest request = recorder.begin(intendedNanos, turn.requested());
    Consumer<RequestTimeline> done = _ -> ended(request, turn, sender);
    inFlight++;
    sender
        .text()
        .ifPresentOrElse(
            text -> sender.lane().send(turn.body(), request.timeline(), request, text, done),
            () -> sender.lane().send(turn.body(), request.timeline(), request, done));
  }

  /** Has the turn made that follows an answer; the taker hears later whether there is one. */
  void next(Turn turn, Answer answer, Consumer<Optional<Turn>> taker) {
    loop.requests().next(turn, answer, taker);
  }

  private void ended(RecordedRequest request, Turn turn, Sender sender) {
    RequestTimeline timeline = request.timeline();
    Outcome outcome = timeline.outcome();
    cutByStop |= stopping && outcome.isCut();
    Sender.Ended ended =
        new Sender.Ended(
            turn,
            outcome instanceof Outcome.Success,
            request.attemptNanos(),
            timeline.endNanos(),
            timeline.counts().input(),
            timeline.counts().output(),
            timeline.counts().reasoning());
    inFlight--;
    if (recorder.end(request)) {
      listener.endedInWindow(ended.endNanos());
    }
    if (takes(now())) {
      sender.ended(ended);
    }
    restIfDone();
  }

  /** Comes to rest if the window is closed and nothing is left to be sent or answered. */
  void restIfDone() {
    if (finishing && inFlight == 0 && unmade.isEmpty() && !resting && !traffic.isBehind(this)) {
      resting = true;
      ticks.end();
      lanes.forEach(Lane::close);
      listener.rests();
    }
  }

  private void received(long tokens) {
    if (spending.received(tokens)) {
      listener.limitReached(now());
    }
  }

  /** What is to be seen from any thread and, at rest, how late the loop was. */
  StageTicks ticks() {
    return ticks;
  }

  /** Whether a stop cut a request that would have gone on; to be read at rest. */
  boolean wasCutByStop() {
    return cutByStop;
  }

  /** The recorder; to be read at rest. */
  Recorder recorder() {
    return recorder;
  }

  /** When requests were sent, in an open loop; to be read at rest. */
  Optional<ArrivalRecorder> arrivals() {
    return arrivals;
  }
}
