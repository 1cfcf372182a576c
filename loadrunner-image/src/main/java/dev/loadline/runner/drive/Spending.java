package dev.loadline.runner.drive;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult.Limit;
import dev.loadline.runner.contract.RunResult.Spent;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a run has spent, over all stages and loops, and whether it may spend more.
 *
 * <p>Each request takes its permission here, once, so never is one more sent than the limit says.
 * Tokens are counted by each loop on its own as they arrive and summed up here each 10 ms: a run
 * receives more than the limit by at most what comes in those 10 ms and the rest of the answers
 * that are in flight then, which are drained. Any thread may call it.
 */
public final class Spending {
  private final long mostRequests;
  private final long mostTokens;
  private final long bornNanos;
  private final long endsNanos;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong tokens = new AtomicLong();
  private final AtomicReference<@Nullable Limit> reached = new AtomicReference<>();

  private Spending(RunPlan.Limits limits, long bornNanos, long endsNanos) {
    mostRequests = limits.requests().orElse(Long.MAX_VALUE);
    mostTokens = limits.outputTokens().orElse(Long.MAX_VALUE);
    this.bornNanos = bornNanos;
    this.endsNanos = endsNanos;
  }

  /**
   * What a plan allows.
   *
   * @param bornNanos when the process began, by the monotonic clock
   */
  public static Spending of(RunPlan plan, long bornNanos) {
    RunPlan.Limits limits = plan.limits();
    long reserve = plan.load().drainTimeoutMillis() + RunPlan.Limits.END_MILLIS;
    long ends =
        limits.runnerMillis().isEmpty()
            ? Long.MAX_VALUE
            : Clocks.later(
                bornNanos,
                TimeUnit.MILLISECONDS.toNanos(
                    Math.max(0, limits.runnerMillis().getAsLong() - reserve)));
    return new Spending(limits, bornNanos, ends);
  }

  /** How much longer load may be sent, milliseconds; {@link Long#MAX_VALUE} without a limit. */
  public long millisLeft(long nowNanos) {
    return endsNanos == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : Math.max(0, TimeUnit.NANOSECONDS.toMillis(endsNanos - nowNanos));
  }

  /** When the load must end; {@link Long#MAX_VALUE} without a limit. */
  long endsNanos() {
    return endsNanos;
  }

  /** Whether one more request may be sent; if so it counts as sent. */
  boolean takeRequest() {
    if (reached.get() != null) {
      return false;
    }
    if (requests.incrementAndGet() <= mostRequests) {
      return true;
    }
    requests.decrementAndGet();
    reach(Limit.requests);
    return false;
  }

  /** So many that were allowed have not been sent and never will be. */
  void giveBack(int unsent) {
    requests.addAndGet(-unsent);
  }

  /**
   * Output tokens have arrived.
   *
   * @param more since the last call of the same loop; negative where it had counted too many
   * @return true if they are the ones that reach the limit
   */
  boolean received(long more) {
    return tokens.addAndGet(more) >= mostTokens && reach(Limit.outputTokens);
  }

  /** The time is up. */
  void timeIsUp() {
    reach(Limit.runnerPodTime);
  }

  private boolean reach(Limit limit) {
    return reached.compareAndSet(null, limit);
  }

  /** Whether another stage may begin now. */
  boolean allowsMore(long nowNanos) {
    if (requests.get() >= mostRequests) {
      reach(Limit.requests);
    }
    if (nowNanos >= endsNanos) {
      timeIsUp();
    }
    return reached.get() == null;
  }

  /** The limit that was reached first, if one was. */
  Optional<Limit> reached() {
    return Optional.ofNullable(reached.get());
  }

  /** What has been spent until now. */
  public Spent spent(long nowNanos) {
    return new Spent(
        requests.get(), tokens.get(), TimeUnit.NANOSECONDS.toMillis(nowNanos - bornNanos));
  }
}
