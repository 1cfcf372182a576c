package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What a controller's cache holds, and when the controller last finished a pass. */
final class Seen<P extends HasMetadata> {
  private final Predicate<P> expected;
  private final Pulse pulse;
  private volatile Supplier<Stream<P>> cache = Stream::empty;

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
  void through(Supplier<Stream<P>> cached) {
    cache = cached;
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
    return cache.get();
  }

  /** Whether no pass has finished for so long although there is something to look at. */
  Optional<String> stuck(String what, Duration longest) {
    if (cache.get().noneMatch(expected)) {
      pulse.beat();
    }
    Duration silence = pulse.silence();
    return silence.compareTo(longest) > 0
        ? Optional.of("nothing has looked at the " + what + " for " + silence.toSeconds() + " s")
        : Optional.empty();
  }
}
