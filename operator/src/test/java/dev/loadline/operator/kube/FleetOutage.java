package dev.loadline.operator.kube;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An API server that is away from just before the due time on: the clock goes on by {@code
 * longByClock} meanwhile, the machine by {@code longInFact}.
 */
final class FleetOutage implements Fleet.Disturbance {
  private final LocalCluster cluster;
  private final Way way;
  private final Duration longByClock;
  private final Duration longInFact;
  private final List<String> trouble = new ArrayList<>();
  private long began;
  private long ended;
  private boolean away;

  /** What being away means. */
  enum Way {
    /** Nobody listens. */
    REFUSED,
    /** Each request is answered with 500. */
    ALL_500
  }

  FleetOutage(LocalCluster cluster, Way way, Duration longByClock, Duration longInFact) {
    this.cluster = cluster;
    this.way = way;
    this.longByClock = longByClock;
    this.longInFact = longInFact;
  }

  @Override
  public void begins() {
    cluster.server.faults().clear();
  }

  @Override
  public void goOn() {
    if (began == 0) {
      began = System.nanoTime();
      away = true;
      switch (way) {
        case REFUSED -> cluster.server.away();
        case ALL_500 -> {
          cluster.server.faults().answer(call -> true, Integer.MAX_VALUE, 500);
          cluster.server.faults().cutWatches();
        }
      }
      cluster.clock.advance(longByClock.minus(longInFact));
    } else if (away && System.nanoTime() - began > longInFact.toNanos()) {
      away = false;
      ended = System.nanoTime();
      switch (way) {
        case REFUSED -> cluster.server.back();
        case ALL_500 -> cluster.server.faults().clear();
      }
    }
    cluster.operator().stuck().filter(why -> !trouble.contains(why)).ifPresent(trouble::add);
  }

  @Override
  public boolean over() {
    return began != 0 && !away;
  }

  /** When the server was there again, by {@link System#nanoTime}. */
  long ended() {
    return ended;
  }

  /** What the operator said at /livez meanwhile, if it was not that it lives. */
  List<String> trouble() {
    return List.copyOf(trouble);
  }
}
