package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.run.Admission;
import dev.loadline.operator.run.Contender;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Who loads which target, so that no two runs load one at once. A run's claim is in its status
 * (admitted, not finished) before its Job is made, so that a crash loses none. Until the caches
 * show that status, the claim is remembered here, and one thread at a time asks: of two runs only
 * one gets the target. A claim ends with the run, whose pods are gone by then, or with the last pod
 * of a run that was deleted. Whoever is next is woken then; nobody polls but for a look a minute.
 */
final class TargetClaims {
  private final InstantSource clock;
  private final Map<Pool, Map<String, Contender>> claims = new HashMap<>();
  private final Map<String, Contender> first = new HashMap<>();
  private volatile Optional<TargetCaches> caches = Optional.empty();
  private volatile Consumer<ResourceID> wake = ignored -> {};

  /** Claims on a target that go together. */
  private record Pool(String target, boolean shares) {}

  TargetClaims(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * From now on this is what is known, and this is how a run is woken; before any run is looked at.
   */
  void through(TargetCaches known, Consumer<ResourceID> waker) {
    caches = Optional.of(known);
    wake = waker;
  }

  /** Takes the run's target, if nobody else has it or is to have it first. */
  Admission claim(Contender run) {
    Admission decided = decide(run, clock.instant());
    if (decided instanceof Admission.Busy busy) {
      busy.first().ifPresent(this::wake);
    }
    return decided;
  }

  private synchronized Admission decide(Contender run, Instant now) {
    if (claims.getOrDefault(pool(run), Map.of()).containsKey(run.uid())) {
      return new Admission.Granted();
    }
    return switch (Admission.decide(run, loading(run), () -> waiting(run, now), now)) {
      case Admission.Busy busy -> {
        busy.first().ifPresent(next -> first.put(target(run), next));
        yield busy;
      }
      case Admission.Granted granted ->
          known()
              .leftover(run, now)
              .<Admission>map(gone ->
                  new Admission.Busy(
                      "a pod of LoadTestRun %s/%s, which was deleted, may still load it"
                          .formatted(gone.getNamespace().orElse(""), gone.getName()),
                      Optional.empty()))
              .orElseGet(() -> {
                first.remove(target(run));
                claims.computeIfAbsent(pool(run), ignored -> new HashMap<>()).put(run.uid(), run);
                return granted;
              });
    };
  }

  /** Those that have the target and would not share it with this run. */
  private Stream<Contender> loading(Contender run) {
    return pools(run)
        .flatMap(pool -> Stream.concat(claimed(pool), in(Contenders.State.LOADS, pool)));
  }

  private Stream<Contender> claimed(Pool pool) {
    Map<String, Contender> claimed =
        claims.computeIfPresent(
            pool,
            (key, all) -> {
              all.values().removeIf(run -> known().state(run).isEmpty());
              return all.isEmpty() ? null : all;
            });
    return claimed == null ? Stream.empty() : claimed.values().stream();
  }

  /** Those that are to have the target first, of which one is enough. */
  private Stream<Contender> waiting(Contender run, Instant now) {
    Optional<Contender> before =
        Optional.ofNullable(first.get(target(run)))
            .filter(known -> known.comesBefore(run, now) && waits(known));
    return before.isPresent()
        ? before.stream()
        : pools(run).flatMap(pool -> in(Contenders.State.WAITS, pool));
  }

  private boolean waits(Contender run) {
    return known().state(run).filter(is -> is == Contenders.State.WAITS).isPresent();
  }

  private Stream<Contender> in(Contenders.State state, Pool pool) {
    return known()
        .runs(state, pool.shares(), pool.target())
        .flatMap(run -> Contenders.of(run).stream());
  }

  /** Runs that share are in nobody's way who shares as well. */
  private static Stream<Pool> pools(Contender run) {
    Pool alone = new Pool(target(run), false);
    return run.shares() ? Stream.of(alone) : Stream.of(alone, new Pool(target(run), true));
  }

  /** The run is over. */
  void released(LoadTestRun run) {
    Contenders.of(run)
        .ifPresent(over -> {
          forget(over);
          freed(target(over));
        });
  }

  /** The run is gone or going: what is left of it, if anything is, keeps its target by itself. */
  void left(LoadTestRun run) {
    if (TestRuns.finishedAt(run).isEmpty()) {
      released(run);
    }
  }

  private synchronized void forget(Contender run) {
    claims.computeIfPresent(
        pool(run),
        (pool, all) -> {
          all.remove(run.uid());
          return all.isEmpty() ? null : all;
        });
  }

  /** Somebody who may have loaded the target is gone: who is next looks at once. */
  void freed(String target) {
    Stream<Contender> waiting =
        Stream.of(new Pool(target, false), new Pool(target, true))
            .flatMap(pool -> in(Contenders.State.WAITS, pool));
    List<Contender> next = Admission.next(waiting, clock.instant());
    next.forEach(this::wake);
  }

  private void wake(Contender run) {
    wake.accept(new ResourceID(run.name(), run.namespace()));
  }

  private TargetCaches known() {
    return caches.orElseThrow();
  }

  private static Pool pool(Contender run) {
    return new Pool(target(run), run.shares());
  }

  private static String target(Contender run) {
    return run.target().toString();
  }
}
