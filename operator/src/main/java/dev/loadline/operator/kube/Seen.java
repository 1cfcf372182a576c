package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a controller's cache holds, and when the controller last finished a pass. */
final class Seen<P extends HasMetadata> {
  private final Pulse pulse;
  private volatile @Nullable IndexerResourceCache<P> cache;

  Seen(LongSupplier nanoTime) {
    this.pulse = new Pulse(nanoTime);
  }

  void through(IndexerResourceCache<P> primaries) {
    cache = primaries;
  }

  void beat() {
    pulse.beat();
  }

  /** Everything in the cache, not to be changed. */
  List<P> all() {
    IndexerResourceCache<P> known = cache;
    return known == null ? List.of() : known.list(object -> true).toList();
  }

  /** How long no pass has finished although there is something to look at. */
  Duration silence() {
    if (all().isEmpty()) {
      pulse.beat();
    }
    return pulse.silence();
  }
}
