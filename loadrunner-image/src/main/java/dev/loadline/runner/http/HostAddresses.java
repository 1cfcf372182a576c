package dev.loadline.runner.http;

import dev.loadline.runner.measure.Outcome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The addresses of an endpoint's host. They are looked up again while they are used, since a
 * Service's addresses change within hours of load; a look-up that fails leaves the last good ones.
 * The JVM itself remembers an answer of the name server for 30 s and its refusal for 10 s. The
 * clients of a run share them and the turn; any thread may use them.
 */
final class HostAddresses {
  private static final long OLD_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long OLD_IN_TROUBLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Asks the name server, blocking. */
  interface Lookup {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  private final Endpoint endpoint;
  private final Lookup lookup;
  private final Executor background;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile List<InetAddress> known = List.of();
  private volatile Optional<Outcome.Failure> failure = Optional.empty();
  private CompletableFuture<Optional<Outcome.Failure>> latest =
      CompletableFuture.completedFuture(Optional.empty());
  private long latestNanos;

  /**
   * Knows none until the first look-up.
   *
   * @param background where look-ups block that nobody waits for
   */
  HostAddresses(Endpoint endpoint, Lookup lookup, Executor background) {
    this.endpoint = endpoint;
    this.lookup = lookup;
    this.background = background;
  }

  /** Those that the JVM finds, looked up on threads of their own. */
  static HostAddresses of(Endpoint endpoint) {
    return new HostAddresses(
        endpoint,
        InetAddress::getAllByName,
        task -> Thread.ofPlatform().daemon().name("name-lookup").start(task));
  }

  /** The last good ones, all of one family; empty if there never were any. */
  List<InetAddress> known() {
    return known;
  }

  /** The one whose turn it is; some must be known. */
  InetAddress next() {
    List<InetAddress> all = known;
    return all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
  }

  /** Why the last look-up found none, if none are known; empty if some are. */
  Optional<Outcome.Failure> obstacle() {
    return known.isEmpty() ? failure : Optional.empty();
  }

  /** Looks them up, blocking; keeps those of the first one's family. */
  private Optional<Outcome.Failure> lookUp() {
    try {
      InetAddress[] all = lookup.addresses(endpoint.host());
      known = Arrays.stream(all).filter(one -> one.getClass() == all[0].getClass()).toList();
      failure = Optional.empty();
    } catch (UnknownHostException e) {
      boolean remembered = endpoint.host().equals(e.getMessage());
      if (!remembered || failure.isEmpty()) {
        failure = Optional.of(Failures.ofLookup(e, endpoint));
      }
    }
    return failure;
  }

  /** Looks them up, blocking, where nothing else uses them yet. */
  synchronized void lookUpNow(long now) {
    latestNanos = now;
    latest = CompletableFuture.completedFuture(lookUp());
  }

  /** Looks them up in the background; says why there are none, or nothing if there are. */
  synchronized CompletableFuture<Optional<Outcome.Failure>> lookUpLater(long now) {
    if (latest.isDone()) {
      latestNanos = now;
      latest = CompletableFuture.supplyAsync(this::lookUp, background);
    }
    return latest;
  }

  /** Looks them up in the background if the last time was 30 s ago, or 1 s if none are known. */
  void refresh(long now) {
    refreshIfOlder(now, known.isEmpty() ? OLD_IN_TROUBLE_NANOS : OLD_NANOS);
  }

  /** Looks them up in the background, at most once a second: one of them did not connect. */
  void refreshAfterFailure(long now) {
    refreshIfOlder(now, OLD_IN_TROUBLE_NANOS);
  }

  private synchronized void refreshIfOlder(long now, long ageNanos) {
    if (now - latestNanos > ageNanos) {
      CompletableFuture<?> _ = lookUpLater(now);
    }
  }
}
