package dev.loadline.runner.contract;

import dev.loadline.runner.contract.RunResult.Interval;
import dev.loadline.runner.contract.RunResult.Intervals;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bytes of latencies; see {@link ResultBytes}. */
final class LatencyBytes {
  private LatencyBytes() {}

  static void write(ByteWriter out, Map<Metric, Latency> latencies, long completed) {
    long present = 0;
    List<Latency> known = new ArrayList<>();
    long bit = 1;
    for (Metric metric : Metric.values()) {
      Latency latency = latencies.get(metric);
      if (latency != null) {
        present |= bit;
        known.add(latency);
      }
      bit <<= 1;
    }
    out.number(present);
    known.forEach(latency -> latency(out, latency, completed));
  }

  static Map<Metric, Latency> read(ByteReader in, long completed) {
    Map<Metric, Latency> latencies = new EnumMap<>(Metric.class);
    long present = in.index(1 << Metric.values().length);
    for (Metric metric : Metric.values()) {
      if ((present & 1) == 1) {
        latencies.put(metric, latency(in, completed));
      }
      present >>= 1;
    }
    return latencies;
  }

  private static void latency(ByteWriter out, Latency latency, long completed) {
    out.signed(latency.count() - completed);
    long p50 = bucket(latency.p50());
    long p90 = bucket(latency.p90());
    long p95 = bucket(latency.p95());
    long p99 = bucket(latency.p99());
    out.number(p50);
    out.signed(bucket(latency.mean()) - p50);
    out.signed(p90 - p50);
    out.signed(p95 - p90);
    out.signed(p99 - p95);
    out.signed(bucket(latency.max()) - p99);
    out.number(latency.clamped());
    Intervals intervals = latency.intervals();
    out.flag(!intervals.equals(Intervals.NONE));
    if (!intervals.equals(Intervals.NONE)) {
      interval(out, intervals.p50(), p50);
      interval(out, intervals.p90(), p90);
      interval(out, intervals.p95(), p95);
      interval(out, intervals.p99(), p99);
    }
  }

  private static Latency latency(ByteReader in, long completed) {
    long count = completed + in.signed();
    long p50 = in.number();
    long mean = p50 + in.signed();
    long p90 = p50 + in.signed();
    long p95 = p90 + in.signed();
    long p99 = p95 + in.signed();
    long max = p99 + in.signed();
    return new Latency(
        count,
        value(mean),
        value(p50),
        value(p90),
        value(p95),
        value(p99),
        value(max),
        in.number(),
        in.flag()
            ? new Intervals(
                interval(in, p50), interval(in, p90), interval(in, p95), interval(in, p99))
            : Intervals.NONE);
  }

  /** The distance down to the lower end plus 1, or 0 where there is none; the distance up. */
  private static void interval(ByteWriter out, Optional<Interval> interval, long percentile) {
    if (interval.isEmpty()) {
      out.signed(0);
      return;
    }
    long down = percentile - bucket(interval.get().low());
    out.signed(down >= 0 ? down + 1 : down);
    out.signed(bucket(interval.get().high()) - percentile);
  }

  private static Optional<Interval> interval(ByteReader in, long percentile) {
    long down = in.signed();
    if (down == 0) {
      return Optional.empty();
    }
    long low = percentile - (down > 0 ? down - 1 : down);
    return Optional.of(new Interval(value(low), value(percentile + in.signed())));
  }

  /** Index of a value's bucket; the inverse of {@link #value} within half a bucket. */
  static long bucket(long micros) {
    int shift = Math.max(0, 64 - Long.numberOfLeadingZeros(micros) - 11);
    return ((long) shift << 10) + (micros >> shift);
  }

  /** Middle of a bucket. */
  static long value(long bucket) {
    int shift = (int) Math.max(0, (bucket >> 10) - 1);
    if (shift > 50 || bucket < 0) {
      throw new IllegalArgumentException("no such bucket");
    }
    long mantissa = bucket - ((long) shift << 10);
    return (mantissa << shift) + (shift == 0 ? 0 : 1L << (shift - 1));
  }
}
