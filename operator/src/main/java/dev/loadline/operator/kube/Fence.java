package dev.loadline.operator.kube;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Lets a client write only while the lease is surely held: its last renewal was sent less than the
 * renew deadline ago. Another operator may take the lease only once its duration, which is longer,
 * has passed since; so a process that was stopped for so long finds, when it goes on, that it can
 * change nothing any more, whatever its threads were about to do.
 *
 * <p>Time is the larger of what the monotonic clock and the wall clock say: the first counts on
 * while a process is stopped but not while a machine sleeps, the second may be set back. What has
 * left through the socket already cannot be called back.
 */
public final class Fence implements Interceptor {
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Duration deadline;
  private volatile Optional<Mark> renewed = Optional.empty();
  private volatile boolean closed;

  /**
   * One instant by both clocks.
   *
   * @param wall by the wall clock
   * @param nanos by the monotonic clock
   */
  record Mark(Instant wall, long nanos) {}

  /** Closed until the first renewal. */
  Fence(InstantSource clock, LongSupplier nanoTime, Duration deadline) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.deadline = deadline;
  }

  /** Now. */
  Mark mark() {
    return new Mark(clock.instant(), nanoTime.getAsLong());
  }

  /** The lease was taken or renewed by a request that was sent then. */
  void renewed(Mark sent) {
    renewed = Optional.of(sent);
  }

  /** For good. */
  void close() {
    closed = true;
  }

  /** Whether writes go through. */
  boolean isOpen() {
    return !closed && renewed.filter(this::isFresh).isPresent();
  }

  private boolean isFresh(Mark sent) {
    Mark now = mark();
    Duration monotonic = Duration.ofNanos(now.nanos() - sent.nanos());
    Duration wall = Duration.between(sent.wall(), now.wall());
    return monotonic.compareTo(deadline) < 0 && wall.compareTo(deadline) < 0;
  }

  /** Refuses what would change something. Called for each attempt of a request. */
  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (!request.method().equals("GET") && !isOpen()) {
      throw new KubernetesClientException(
          "not sent, since this operator does not hold the lease: "
              + request.method()
              + " "
              + request.uri().getPath());
    }
  }
}
