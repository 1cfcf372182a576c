package dev.loadline.operator.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of several operators works: the one that holds the Lease. A thread of its own takes it when
 * it is free and renews it; the others stand by and have seen nothing yet, so that who takes over
 * fills its caches with everything that the one before has written. Who loses it is to end its
 * process; until then its {@link #fence} lets no write through.
 *
 * <p>The next one works at the latest a lease duration, a retry period and a start after the last
 * renewal of one that died; a retry period and a start after one that was stopped.
 */
public final class Leadership implements AutoCloseable {
  /** For how long a Lease that is not renewed keeps others out. */
  static final Duration LEASE_DURATION = Duration.ofSeconds(11);

  /**
   * For how long after a renewal the holder may write. What is left of the lease is for requests on
   * their way.
   */
  static final Duration RENEW_DEADLINE = Duration.ofSeconds(8);

  /** From one renewal to the next. */
  static final Duration RENEW_PERIOD = Duration.ofSeconds(2);

  /** From one look at somebody else's Lease to the next, and after a failure. */
  static final Duration RETRY_PERIOD = Duration.ofSeconds(1);

  /** How long one request about the Lease may take: two fit in before the renew deadline. */
  public static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(3);

  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  private final LeaseClaim claim;
  private final Fence fence;
  private final Pulse pulse;
  private volatile boolean leading;
  private volatile boolean lost;
  private boolean troubled;
  private @Nullable Thread thread;

  /**
   * The Lease and who wants it.
   *
   * @param holder of no other process, not even of an earlier one in the same pod
   */
  public record Settings(String namespace, String name, String holder) {}

  /** What depends on it; both return at once. */
  public interface Duties {
    /** From now on this operator is to work. */
    void begin();

    /** It is not to work any more, and its process is to end. */
    void lost(String why);
  }

  /** The client is for the Lease alone, without the fence; it stays the caller's. */
  public Leadership(
      KubernetesClient client, Settings settings, InstantSource clock, LongSupplier nanoTime) {
    this.claim = new LeaseClaim(client, settings, clock, nanoTime);
    this.fence = new Fence(clock, nanoTime, RENEW_DEADLINE);
    this.pulse = new Pulse(nanoTime);
  }

  /** For the client that the controllers write with. */
  public Fence fence() {
    return fence;
  }

  /** Whether this operator is the one that works. */
  public boolean leads() {
    return leading && fence.isOpen();
  }

  /** Whether it waits for another one to go. */
  public boolean standsBy() {
    return !leading;
  }

  /** Why the process should be started anew; empty while the Lease is looked after. */
  public Optional<String> stuck() {
    Duration silence = pulse.silence();
    return silence.compareTo(LONGEST_SILENCE) > 0
        ? Optional.of("nothing has looked at the lease for " + silence.toSeconds() + " s")
        : Optional.empty();
  }

  /** Stands by from now on. */
  public void start(Duties duties) {
    thread = Thread.ofPlatform().daemon().name("leadership").start(() -> run(duties));
  }

  private void run(Duties duties) {
    try {
      while (!lost) {
        Thread.sleep(turn(duties));
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks after the Lease once; how long to wait until the next time. */
  Duration turn(Duties duties) {
    Fence.Mark sent = fence.mark();
    try {
      boolean held = claim.hold();
      troubled = false;
      if (held) {
        fence.renewed(sent);
        if (!leading) {
          leading = true;
          LOG.info("holds the lease: begins to work");
          duties.begin();
        }
        return RENEW_PERIOD;
      }
      if (leading) {
        lose(duties, "the lease is held by " + claim.holder());
      }
    } catch (KubernetesClientException failed) {
      trouble(duties, failed);
    } finally {
      pulse.beat();
    }
    return RETRY_PERIOD;
  }

  private void trouble(Duties duties, KubernetesClientException failed) {
    if (!troubled) {
      troubled = true;
      LOG.warn("the lease could not be had: {}; tries again", ApiFailure.message(failed));
    }
    if (leading && !fence.isOpen()) {
      lose(
          duties,
          "the lease could not be renewed for %d s (%s)"
              .formatted(RENEW_DEADLINE.toSeconds(), ApiFailure.message(failed)));
    }
  }

  private void lose(Duties duties, String why) {
    fence.close();
    lost = true;
    duties.lost(why);
  }

  /** Gives the Lease back if it is held. To be called when nothing works any more. */
  @Override
  public void close() {
    try {
      if (thread != null) {
        thread.interrupt();
        thread.join();
      }
      fence.close();
      if (leading && !lost) {
        claim.release();
      }
    } catch (KubernetesClientException unreachable) {
      LOG.warn("the lease was not given back: {}", ApiFailure.message(unreachable));
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
