package dev.loadline.benchmark;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events of all streams of one script when they are due. All gaps being equal, a stream
 * that has written joins the end of the queue, so an event costs no search; only first tokens are
 * sorted. On the event loop only.
 */
final class Pacer {
  private static final int MOST_AT_ONCE = 256;

  private final EventLoop loop;
  private final PriorityQueue<Stream> beginning =
      new PriorityQueue<>(Comparator.comparingLong(Stream::dueNanos));
  private final ArrayDeque<Stream> running = new ArrayDeque<>();
  private long armedNanos = Long.MAX_VALUE;

  Pacer(EventLoop loop) {
    this.loop = loop;
  }

  /** Takes a stream whose first token has an instant. */
  void begin(Stream stream) {
    beginning.add(stream);
    arm();
  }

  private @Nullable Stream head() {
    Stream first = beginning.peek();
    Stream later = running.peek();
    return later == null || (first != null && first.dueNanos() <= later.dueNanos()) ? first : later;
  }

  private void run() {
    armedNanos = Long.MAX_VALUE;
    Stream next = head();
    for (int i = 0; i < MOST_AT_ONCE && next != null && next.dueNanos() <= System.nanoTime(); i++) {
      if (next == running.peek()) {
        running.poll();
      } else {
        beginning.poll();
      }
      if (next.writeNext()) {
        running.add(next);
      }
      next = head();
    }
    arm();
  }

  private void arm() {
    Stream next = head();
    if (next != null && next.dueNanos() < armedNanos) {
      armedNanos = next.dueNanos();
      long delay = Math.max(0, armedNanos - System.nanoTime());
      var _ = loop.schedule(this::run, delay, TimeUnit.NANOSECONDS);
    }
  }
}
