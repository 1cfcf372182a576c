package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a controller's cache holds, and when the controller last finished a pass. */
final class Seen<P extends HasMetadata> {
  private final Predicate<P> expected;
  private final Pulse pulse;
  private volatile Optional<Cache<P>> cache = Optional.empty();

  /**
   * Nothing is cached yet.
   *
   * @param expected whether an object is looked at regularly
   */
  Seen(Predicate<P> expected, LongSupplier nanoTime) {
    this.expected = expected;
    this.pulse = new Pulse(nanoTime);
  }

  /** From now on the cache is this. */
  void through(Cache<P> cached) {
    cache = Optional.of(cached);
  }

  void beat() {
    pulse.beat();
  }

  /** Everything in the cache, not to be changed. */
  List<P> all() {
    return stream().toList();
  }

  /** The same, one after the other. */
  Stream<P> stream() {
    return cache.stream().flatMap(Cache::list);
  }

  /** The object of this name, if it is in the cache. */
  Optional<P> find(ResourceID name) {
    return cache.flatMap(known -> known.get(name));
  }

  /** Whether no pass has finished for so long although there is something to look at. */
  Optional<String> stuck(String what, Duration longest) {
    if (stream().noneMatch(expected)) {
      pulse.beat();
    }
    Duration silence = pulse.silence();
    return silence.compareTo(longest) > 0
        ? Optional.of("nothing has looked at the " + what + " for " + silence.toSeconds() + " s")
        : Optional.empty();
  }
}
