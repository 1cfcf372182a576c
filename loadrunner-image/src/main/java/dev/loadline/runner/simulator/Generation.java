package dev.loadline.runner.simulator;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One answer on its way. Each event has an absolute due instant, the one before it plus the delays
 * drawn, so a late event makes no other one late; a timer on the connection's event loop fires
 * then. Confined to that loop.
 */
final class Generation implements Runnable {
  private enum State {
    WAITING,
    RUNNING,
    HANGING,
    OVER
  }

  private final Simulation simulation;
  private final Script script;
  private final Answer answer;
  private final Exchange exchange;
  private final RequestRecord record;
  private final SplittableRandom random;
  private final EventExecutor loop;
  private final boolean stream;
  private final int bundle;
  private State state = State.WAITING;
  private int events;
  private int tokens;
  private long scheduledNanos;
  private long dueNanos;
  private @Nullable ScheduledFuture<?> timer;

  Generation(
      Simulation simulation,
      Script script,
      Answer answer,
      Exchange exchange,
      RequestRecord record,
      SplittableRandom random,
      EventExecutor loop,
      boolean stream) {
    this.simulation = simulation;
    this.script = script;
    this.answer = answer;
    this.exchange = exchange;
    this.record = record;
    this.random = random;
    this.loop = loop;
    this.stream = stream;
    bundle = stream ? simulation.settings().output().bundle() : script.tokens();
  }

  /** When the request was read completely. */
  long arrivalNanos() {
    return exchange.arrivalNanos();
  }

  /** It has got its place at that instant. */
  void start(long nanos) {
    state = State.RUNNING;
    record.started(nanos);
    answer.begin();
    if (script.fault().filter(Fault.HANG_BEFORE_FIRST_TOKEN::equals).isPresent()) {
      hang(Fault.HANG_BEFORE_FIRST_TOKEN);
      return;
    }
    dueNanos = nanos;
    scheduledNanos = simulation.settings().timing().ttft().drawNanos(random);
    if (!stream) {
      scheduledNanos += tokenTimes(script.tokens() - 1);
    }
    schedule();
  }

  private long tokenTimes(int count) {
    long nanos = 0;
    for (int i = 0; i < count; i++) {
      nanos += simulation.settings().timing().itl().drawNanos(random);
    }
    return nanos;
  }

  private void schedule() {
    dueNanos += scheduledNanos;
    long delay = dueNanos - simulation.nanoTime().getAsLong();
    timer = loop.schedule(this, delay, TimeUnit.NANOSECONDS);
  }

  /** Sends what is due. */
  @Override
  public void run() {
    if (state != State.RUNNING) {
      return;
    }
    if (script.fault().isPresent() && events >= eventsBefore(script.fault().get())) {
      fail(script.fault().get());
      return;
    }
    int count = Math.min(bundle, script.tokens() - tokens);
    boolean last = script.fault().isEmpty() && tokens + count == script.tokens();
    boolean writable = exchange.isWritable();
    if (last) {
      state = State.OVER;
    }
    long now = answer.tokens(count, last);
    simulation.truth().sent(count, now - dueNanos, writable);
    record.sent(count, now, scheduledNanos);
    tokens += count;
    events++;
    if (last) {
      record.succeeded(script.finishReason());
      simulation.leave(dueNanos);
    } else {
      scheduledNanos = tokenTimes(Math.max(1, Math.min(bundle, script.tokens() - tokens)));
      schedule();
    }
  }

  private int eventsBefore(Fault fault) {
    if (!stream || fault == Fault.EMPTY) {
      return 0;
    }
    int all = Math.ceilDiv(script.tokens(), bundle);
    return Math.max(1, all / 2);
  }

  private void fail(Fault fault) {
    if (fault == Fault.STALL) {
      hang(fault);
      return;
    }
    state = State.OVER;
    record.failed(fault);
    answer.fail(fault);
    simulation.leave(dueNanos);
  }

  private void hang(Fault fault) {
    state = State.HANGING;
    record.failed(fault);
    answer.fail(fault);
  }

  /** The client has left: whatever it was waiting for ends. */
  void abandon() {
    State before = state;
    state = State.OVER;
    if (timer != null) {
      timer.cancel(false);
    }
    switch (before) {
      case WAITING -> {
        record.cancelled();
        simulation.withdraw(this);
      }
      case RUNNING -> {
        record.cancelled();
        simulation.leave(simulation.nanoTime().getAsLong());
      }
      case HANGING -> simulation.leave(simulation.nanoTime().getAsLong());
      case OVER -> {}
    }
  }
}
