package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has all objects of a controller looked at when the node's clock was set. The framework's timers
 * go by that clock: set back by hours, none of those that run would end for hours, and one that was
 * given for a due time would end that much too late. A pass works the due times out afresh and
 * gives a new delay, which the timer keeps: it orders by when they end, by the clock as it is.
 */
final class ClockSteps<P extends HasMetadata> extends AbstractEventSource<Void, P> {
  /** From one look at the clocks to the next. */
  static final Duration PERIOD = Duration.ofSeconds(1);

  /** The clocks may go apart by so much before anything is done. */
  static final Duration TOLERANCE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(ClockSteps.class);

  private final Supplier<Stream<P>> objects;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private volatile @Nullable Thread thread;

  /** When the monotonic clock stood at 0, by the wall clock. */
  private Instant zero;

  /** Of the objects that the controller has in its cache. */
  ClockSteps(Supplier<Stream<P>> objects, InstantSource clock, LongSupplier nanoTime) {
    super(Void.class, "clock-steps");
    this.objects = objects;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.zero = zero();
  }

  private Instant zero() {
    return clock.instant().minusNanos(nanoTime.getAsLong());
  }

  @Override
  public void start() {
    super.start();
    zero = zero();
    thread = Thread.ofPlatform().daemon().name("clock-steps").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(PERIOD);
        look();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (RejectedExecutionException stopping) {
      LOG.debug("no pass begins any more", stopping);
    }
  }

  /** Compares the clocks once. */
  void look() {
    Instant present = zero();
    Duration step = Duration.between(zero, present);
    if (step.abs().compareTo(TOLERANCE) > 0) {
      LOG.warn("the node's clock was set by {}: everything is looked at", step);
      zero = present;
      objects
          .get()
          .map(ResourceID::fromResource)
          .map(Event::new)
          .forEach(getEventHandler()::handleEvent);
    }
  }

  @Override
  public void stop() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
    super.stop();
  }

  @Override
  public Set<Void> getSecondaryResources(P primary) {
    return Set.of();
  }
}
