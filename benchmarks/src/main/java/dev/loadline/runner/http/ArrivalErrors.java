package dev.loadline.runner.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How late the client's stamps are, and what its event loop allocates, from a while after the first
 * event on; written to a file when the last connection has closed. Of one event loop.
 */
public final class ArrivalErrors {
  /** System property: the port of the server whose events bear instants. */
  public static final String PORT_PROPERTY = "loadline.benchmark.port";

  /** System property: milliseconds after the first event that are not looked at. */
  public static final String SKIP_PROPERTY = "loadline.benchmark.skip";

  /** System property: milliseconds of a period; without it all is one period. */
  public static final String PERIOD_PROPERTY = "loadline.benchmark.period";

  /** System property: the file to write. */
  public static final String FILE_PROPERTY = "loadline.benchmark.file";

  static final int PORT = Integer.getInteger(PORT_PROPERTY, 0);
  static final ArrivalErrors ALL = new ArrivalErrors();

  private static final long SKIP_NANOS =
      TimeUnit.MILLISECONDS.toNanos(Long.getLong(SKIP_PROPERTY, 0));
  private static final long PERIOD_NANOS =
      TimeUnit.MILLISECONDS.toNanos(Long.getLong(PERIOD_PROPERTY, TimeUnit.DAYS.toMillis(1)));
  private static final long EVENTS_PER_READING = 1_024;

  private final com.sun.management.ThreadMXBean threads =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Period settling = new Period();
  private final List<Period> periods = new ArrayList<>();
  private int connections;
  private long seen;
  private long firstSeenNanos;

  private ArrivalErrors() {}

  /**
   * What came of a period.
   *
   * @param events that were looked at
   * @param firstP50Nanos median error of first tokens
   * @param firstP99Nanos its 99th percentile
   * @param p50Nanos median error of all tokens
   * @param p99Nanos its 99th percentile
   * @param bytesPerEvent heap allocated on the event loop per event
   */
  public record Summary(
      long events,
      long firstP50Nanos,
      long firstP99Nanos,
      long p50Nanos,
      long p99Nanos,
      long bytesPerEvent) {
    /** Reads a file that a runner has written: its periods in order. */
    public static List<Summary> read(Path file) throws IOException {
      return Files.readAllLines(file).stream().map(Summary::of).toList();
    }

    private static Summary of(String line) {
      List<Long> numbers = List.of(line.split(" ", -1)).stream().map(Long::valueOf).toList();
      return new Summary(
          numbers.get(0),
          numbers.get(1),
          numbers.get(2),
          numbers.get(3),
          numbers.get(4),
          numbers.get(5));
    }
  }

  /** One period's errors. */
  private final class Period {
    private final Histogram firstNanos = new Histogram(3);
    private final Histogram allNanos = new Histogram(3);
    private long allocatedBefore = -1;
    private long allocated;
    private long allocatedEvents;

    private void record(long error, boolean first) {
      allNanos.recordValue(error);
      if (first) {
        firstNanos.recordValue(error);
      }
      if (allNanos.getTotalCount() % EVENTS_PER_READING == 1) {
        long bytes = threads.getCurrentThreadAllocatedBytes();
        allocatedBefore = allocatedBefore < 0 ? bytes : allocatedBefore;
        allocated = bytes - allocatedBefore;
        allocatedEvents = allNanos.getTotalCount() - 1;
      }
    }

    private String line() {
      return "%d %d %d %d %d %d"
          .formatted(
              allNanos.getTotalCount(),
              firstNanos.getValueAtPercentile(50),
              firstNanos.getValueAtPercentile(99),
              allNanos.getValueAtPercentile(50),
              allNanos.getValueAtPercentile(99),
              allocated / Math.max(1, allocatedEvents));
    }
  }

  void opened() {
    connections++;
  }

  void closed() {
    if (--connections == 0) {
      write();
    }
  }

  void record(long errorNanos, boolean first) {
    long now = System.nanoTime();
    if (seen++ == 0) {
      firstSeenNanos = now;
    }
    at(now - firstSeenNanos - SKIP_NANOS).record(Math.max(0, errorNanos), first);
  }

  /** The same code runs from the first event on, so that none is compiled in a period. */
  private Period at(long lookedNanos) {
    if (lookedNanos < 0) {
      return settling;
    }
    while (periods.size() <= lookedNanos / PERIOD_NANOS) {
      periods.add(new Period());
    }
    return periods.getLast();
  }

  private void write() {
    try {
      Files.write(
          Path.of(System.getProperty(FILE_PROPERTY, "arrivals")),
          periods.stream().map(Period::line).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
