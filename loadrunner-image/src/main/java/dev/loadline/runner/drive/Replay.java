package dev.loadline.runner.drive;

import dev.loadline.runner.arrival.ArrivalProcess;
import dev.loadline.runner.trace.TraceFormat;
import dev.loadline.runner.trace.TraceReader;
import dev.loadline.runner.trace.TraceRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PrimitiveIterator;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A trace whose requests are sent at the instants at which it has recorded them.
 *
 * @param file the trace
 * @param format how to read it
 * @param speed how many times as fast as recorded, above 0
 * @param records how many of its requests are replayed, the first ones, at least 1
 * @param spanNanos from the first of them to the last, as recorded
 */
public record Replay(Path file, TraceFormat format, double speed, long records, long spanNanos) {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** When the last request is due. */
  public Duration last() {
    return Duration.ofNanos(lastNanos());
  }

  private long lastNanos() {
    return Math.round(spanNanos / speed);
  }

  /** How long the replay takes. */
  public Duration length() {
    return Duration.ofNanos(lengthNanos());
  }

  /**
   * The same in nanoseconds: to the last request and a mean gap behind it, in which it is sent; at
   * most a second, and that where all are of one instant.
   */
  long lengthNanos() {
    long last = lastNanos();
    long gap = last == 0 ? NANOS_PER_SECOND : last / (records - 1);
    return Clocks.later(last, Math.clamp(gap, 1, NANOS_PER_SECOND));
  }

  /**
   * Requests per second in the mean of the whole trace; of a replay of less than a second those of
   * a second.
   */
  double perSecond() {
    return records / Math.max(1, (double) lengthNanos() / NANOS_PER_SECOND);
  }

  /**
   * One loop's arrivals: those of every so many-th record, as the loop's prompts are. They are read
   * ahead by the executor; the file is closed when the last was read.
   */
  ArrivalProcess arrivalsOf(int loop, int loops, Executor reader) {
    return new ArrivalsAhead(
        ArrivalProcess.replay(new Offsets(), speed).share(loop, loops), reader);
  }

  /** The offsets of the records; the file is opened when the first is asked for. */
  private final class Offsets implements PrimitiveIterator.OfLong {
    private @Nullable TraceReader reader;
    private Optional<TraceRecord> next = Optional.empty();
    private boolean ended;

    @Override
    public boolean hasNext() {
      if (next.isEmpty() && !ended) {
        read();
      }
      return next.isPresent();
    }

    private void read() {
      TraceReader open = reader;
      if (open == null) {
        open = TraceReader.open(file, format, OptionalLong.of(records));
        reader = open;
      }
      next = open.next();
      if (next.isEmpty()) {
        ended = true;
        open.close();
      }
    }

    @Override
    public long nextLong() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      long offset = next.orElseThrow().offsetNanos();
      next = Optional.empty();
      return offset;
    }
  }
}
