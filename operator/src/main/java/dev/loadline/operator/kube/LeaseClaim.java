package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One operator's hand on the Lease, by the rules of client-go's leader election: a holder counts as
 * gone when its Lease has not changed for the duration that is written in it, seen from here and by
 * this process's monotonic clock, so that clocks of different nodes are never compared. Each write
 * names the version that it replaces; of two that reach for the Lease the server lets one have it,
 * and a renewal that succeeds proves that nobody else has held it since the one before.
 */
final class LeaseClaim {
  private final KubernetesClient client;
  private final Leadership.Settings settings;
  private final InstantSource clock;
  private final LongSupplier nanoTime;

  /** The Lease as it was last read or written; empty if that is not known any more. */
  private Optional<Lease> known = Optional.empty();

  private String seenVersion = "";
  private long seenNanos;

  LeaseClaim(
      KubernetesClient client,
      Leadership.Settings settings,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.client = client;
    this.settings = settings;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Takes the Lease if it is free, or renews it.
   *
   * @return whether it is held now; false if somebody else holds it
   * @throws KubernetesClientException if the server could not be asked: who holds it is not known
   *     then
   */
  boolean hold() {
    Optional<Lease> lease = known.filter(this::isMine).or(this::look);
    known = Optional.empty();
    try {
      return hold(lease);
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return hold(look());
      }
      throw refused;
    }
  }

  private boolean hold(Optional<Lease> lease) {
    boolean free = lease.isEmpty() || isMine(lease.get()) || isFree(lease.get());
    if (lease.isEmpty()) {
      known = Optional.of(resource(taken(new LeaseBuilder().build())).create());
    } else if (free) {
      known = Optional.of(resource(taken(lease.get())).update());
    } else {
      known = lease;
    }
    return free;
  }

  /** Gives the Lease back if it is held, so that the next one need not wait for its end. */
  void release() {
    Optional<Lease> mine = look().filter(this::isMine);
    known = Optional.empty();
    if (mine.isPresent()) {
      resource(
              new LeaseBuilder(mine.get())
                  .editSpec()
                  .withHolderIdentity(null)
                  .withLeaseDurationSeconds(1)
                  .withRenewTime(now())
                  .endSpec()
                  .build())
          .update();
    }
  }

  /** Who was seen to hold it last. */
  String holder() {
    return known.map(Lease::getSpec).map(LeaseSpec::getHolderIdentity).orElse("nobody");
  }

  private Optional<Lease> look() {
    Optional<Lease> found =
        Optional.ofNullable(
            client.leases().inNamespace(settings.namespace()).withName(settings.name()).get());
    String version =
        found.map(lease -> lease.getMetadata().getResourceVersion()).orElse(seenVersion);
    if (!version.equals(seenVersion)) {
      seenVersion = version;
      seenNanos = nanoTime.getAsLong();
    }
    return found;
  }

  private boolean isMine(Lease lease) {
    return Optional.ofNullable(lease.getSpec())
        .map(LeaseSpec::getHolderIdentity)
        .filter(settings.holder()::equals)
        .isPresent();
  }

  private boolean isFree(Lease lease) {
    Optional<LeaseSpec> spec = Optional.ofNullable(lease.getSpec());
    if (spec.map(LeaseSpec::getHolderIdentity).filter(holder -> !holder.isEmpty()).isEmpty()) {
      return true;
    }
    Duration duration =
        spec.map(LeaseSpec::getLeaseDurationSeconds)
            .map(Duration::ofSeconds)
            .orElse(Leadership.LEASE_DURATION);
    return Duration.ofNanos(nanoTime.getAsLong() - seenNanos).compareTo(duration) >= 0;
  }

  private Lease taken(Lease lease) {
    Optional<LeaseSpec> before = Optional.ofNullable(lease.getSpec());
    boolean mine = isMine(lease);
    int transitions =
        before.map(LeaseSpec::getLeaseTransitions).map(is -> mine ? is : is + 1).orElse(0);
    ZonedDateTime now = now();
    return new LeaseBuilder(lease)
        .editOrNewMetadata()
        .withNamespace(settings.namespace())
        .withName(settings.name())
        .endMetadata()
        .editOrNewSpec()
        .withHolderIdentity(settings.holder())
        .withLeaseDurationSeconds(Math.toIntExact(Leadership.LEASE_DURATION.toSeconds()))
        .withAcquireTime(mine ? before.map(LeaseSpec::getAcquireTime).orElse(now) : now)
        .withRenewTime(now)
        .withLeaseTransitions(transitions)
        .endSpec()
        .build();
  }

  private Resource<Lease> resource(Lease lease) {
    return client.leases().inNamespace(settings.namespace()).resource(lease);
  }

  private ZonedDateTime now() {
    return clock.instant().atZone(ZoneOffset.UTC);
  }
}
