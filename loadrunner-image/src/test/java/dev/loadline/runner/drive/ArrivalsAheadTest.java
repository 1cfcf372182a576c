package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loadline.runner.arrival.ArrivalProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ArrivalsAheadTest {
  private static ArrivalProcess counting() {
    long[] next = {0};
    return () -> next[0]++;
  }

  @Test
  void tellsTheSameInstantsInTheSameOrder() {
    try (ExecutorService worker = Executors.newSingleThreadExecutor()) {
      ArrivalsAhead ahead = new ArrivalsAhead(counting(), worker);
      long[] told = LongStream.generate(ahead::nextNanos).limit(5_000).toArray();
      assertThat(told).containsExactly(LongStream.range(0, 5_000).toArray());
    }
  }

  @Test
  void theNextBlockIsWorkedOutWhileTheLastOneIsTaken() {
    Queue<Runnable> work = new ArrayDeque<>();
    AtomicBoolean begun = new AtomicBoolean();
    Executor worker =
        task -> {
          if (begun.getAndSet(true)) {
            work.add(task);
          } else {
            task.run();
          }
        };
    ArrivalsAhead ahead = new ArrivalsAhead(counting(), worker);
    assertThat(work).hasSize(1);
    for (int i = 0; i < ArrivalsAhead.BLOCK; i++) {
      assertThat(ahead.isReady()).isTrue();
      assertThat(ahead.nextNanos()).isEqualTo(i);
    }
    assertThat(ahead.isReady()).isFalse();
    work.remove().run();
    assertThat(ahead.isReady()).isTrue();
    for (int i = ArrivalsAhead.BLOCK; i < 2 * ArrivalsAhead.BLOCK; i++) {
      assertThat(ahead.nextNanos()).isEqualTo(i);
    }
    assertThat(work).hasSize(1);
  }

  @Test
  void whatGoesWrongIsToldOnTheWorkerAndToWhoeverWaits() {
    AtomicReference<RuntimeException> told = new AtomicReference<>();
    Executor worker =
        task -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            told.set(e);
          }
        };
    ArrivalProcess broken =
        () -> {
          throw new UncheckedIOException(new IOException("gone"));
        };
    assertThatThrownBy(() -> new ArrivalsAhead(broken, worker)).hasRootCauseMessage("gone");
    assertThat(told.get()).hasRootCauseMessage("gone");
  }
}
