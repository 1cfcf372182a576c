package dev.loadline.runner.drive;

import dev.loadline.runner.prompt.Answer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one loop that are ready to be sent: up to {@value #MOST}, or fewer where they are
 * long. They are taken in the order in which their source makes them. The loop makes none itself:
 * if none is ready the one who wants to send waits, and the loop goes on with the others. {@link
 * #makeOne} and {@link #closeSource} are of the thread that makes requests, all else is the loop's.
 */
final class RequestQueue {
  static final int MOST = 64;

  private final RequestSource source;
  private final RequestMaker maker;
  private final Executor loop;
  private final long mostBytes;
  private final Queue<Turn> ready = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final ArrayDeque<Consumer<Turn>> waiting = new ArrayDeque<>();
  private final CompletableFuture<Void> filled = new CompletableFuture<>();
  private final AtomicBoolean hungry = new AtomicBoolean();
  private boolean filling = true;

  /**
   * A queue that is empty until {@link RequestMaker#fill}.
   *
   * @param loop where those who wait are served, a few in each turn
   * @param mostBytes no more are made ready while they are that long together
   */
  RequestQueue(RequestSource source, RequestMaker maker, Executor loop, long mostBytes) {
    this.source = source;
    this.maker = maker;
    this.loop = loop;
    this.mostBytes = mostBytes;
  }

  /** The thread that fills it. */
  Executor maker() {
    return maker;
  }

  /** Completes once the queue was full for the first time. */
  CompletableFuture<Void> filled() {
    return filled;
  }

  /** Makes one more request ready; false if there are enough of them. */
  boolean makeOne() {
    filling = filling ? !isFull() : isLow();
    if (!filling) {
      filled.complete(null);
      return false;
    }
    Turn turn = source.first();
    count.incrementAndGet();
    bytes.addAndGet(turn.body().length());
    ready.add(turn);
    if (hungry.getAndSet(false)) {
      loop.execute(this::serve);
    }
    return true;
  }

  private boolean isFull() {
    int made = count.get();
    return made >= MOST || (made > 0 && bytes.get() >= mostBytes);
  }

  /** Below half, so that the maker need not be woken for each request. */
  private boolean isLow() {
    return count.get() == 0 || (count.get() < MOST / 2 && bytes.get() < mostBytes / 2);
  }

  void closeSource() {
    source.close();
  }

  /** Hands out the next request: at once if one is ready. Whoever came first is served first. */
  void take(Consumer<Turn> taker) {
    waiting.add(taker);
    if (waiting.size() == 1) {
      serve();
    }
  }

  private void serve() {
    for (int served = 0; !waiting.isEmpty(); served++) {
      if (served == MOST) {
        loop.execute(this::serve);
        return;
      }
      Turn turn = poll();
      if (turn == null) {
        return;
      }
      waiting.remove().accept(turn);
    }
  }

  /** Nothing only if the maker will see that somebody is hungry when it has made the next one. */
  private @Nullable Turn poll() {
    Turn turn = ready.poll();
    if (turn == null) {
      hungry.set(true);
      turn = ready.poll();
    }
    if (turn != null) {
      count.decrementAndGet();
      bytes.addAndGet(-turn.body().length());
    }
    if (isLow()) {
      maker.wake();
    }
    return turn;
  }

  /** Those who wait for a request want none any more. */
  void giveUp() {
    waiting.clear();
  }

  /** Has the turn made that follows an answer; the taker hears on the loop, later. */
  void next(Turn turn, Answer answer, Consumer<Optional<Turn>> taker) {
    maker.execute(() -> {
      Optional<Turn> next = source.next(turn.conversation(), answer);
      loop.execute(() -> taker.accept(next));
    });
  }
}
