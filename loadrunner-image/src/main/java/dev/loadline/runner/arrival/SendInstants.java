package dev.loadline.runner.arrival;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * The instants at which one loop sent its requests, for {@link AchievedArrivals}. Used by one
 * thread until the window is over. It keeps counts per second without bound on the number of
 * requests, and the first {@value #MOST_INSTANTS} instants of all loops together, for the gaps: 8
 * MiB. An addition allocates nothing but a block of 32 KiB each 4,096 instants.
 */
public final class SendInstants {
  static final int MOST_INSTANTS = 1 << 20;
  static final long SECOND = 1_000_000_000;

  private static final int BLOCK = 4096;
  private static final int SECONDS_AT_FIRST = 4096;

  private final ArrivalRate rate;
  private final int most;
  private final long[][] blocks;
  private int[] perSecond = new int[SECONDS_AT_FIRST];
  private long count;

  /**
   * Takes the instants of a loop.
   *
   * @param rate the process's rate; a ramp is the window, and instants are rescaled by it
   * @param loops how many loops the process is shared by, at least 1
   */
  public SendInstants(ArrivalRate rate, int loops) {
    this.rate = rate;
    most = MOST_INSTANTS / loops;
    blocks = new long[(most + BLOCK - 1) / BLOCK][];
  }

  /**
   * Takes the instants of a loop that replays a trace.
   *
   * @param loops how many loops the trace is shared by, at least 1
   */
  public SendInstants(int loops) {
    this(ArrivalRate.steady(1), loops);
  }

  /**
   * Adds a request that was sent in the window.
   *
   * @param nanos instant, nanoseconds since the window's start, at least 0, never less than the one
   *     before
   */
  public void add(long nanos) {
    long rescaled = (long) rate.rescaledNanos(nanos);
    int second = (int) (rescaled / SECOND);
    if (second >= perSecond.length) {
      perSecond = Arrays.copyOf(perSecond, Math.max(second + 1, 2 * perSecond.length));
    }
    perSecond[second]++;
    if (count < most) {
      keep((int) count, rescaled);
    }
    count++;
  }

  private void keep(int index, long instant) {
    int block = index / BLOCK;
    if (index % BLOCK == 0) {
      blocks[block] = new long[BLOCK];
    }
    blocks[block][index % BLOCK] = instant;
  }

  long count() {
    return count;
  }

  ArrivalRate rate() {
    return rate;
  }

  /** Sent in the given second of rescaled time. */
  int sentIn(int second) {
    return second < perSecond.length ? perSecond[second] : 0;
  }

  /** The instants kept, in rescaled time. */
  LongStream kept() {
    long kept = Math.min(count, most);
    return Arrays.stream(blocks)
        .takeWhile(b -> b != null)
        .flatMapToLong(Arrays::stream)
        .limit(kept);
  }

  /** Until when every instant is kept. */
  long keptUntil() {
    return count > most ? blocks[(most - 1) / BLOCK][(most - 1) % BLOCK] : Long.MAX_VALUE;
  }
}
