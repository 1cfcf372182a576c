package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PrewarmingTest {
  private final Deque<Consumer<Boolean>> opening = new ArrayDeque<>();

  @Test
  void opensAFewAtATimeUntilAllAreOpen() {
    Prewarming prewarming = new Prewarming(20, opening::add);
    prewarming.begin();
    assertThat(opening).hasSize(8);
    for (int i = 0; i < 20; i++) {
      opening.remove().accept(true);
      assertThat(opening).hasSize(Math.min(8, 19 - i));
    }
    assertThat(prewarming.result()).isCompletedWithValue(20);
  }

  @Test
  void beginsNoMoreAfterAFailure() {
    Prewarming prewarming = new Prewarming(20, opening::add);
    prewarming.begin();
    opening.remove().accept(false);
    assertThat(opening).hasSize(7);
    while (!opening.isEmpty()) {
      opening.remove().accept(true);
    }
    assertThat(prewarming.result()).isCompletedWithValue(7);
  }

  @Test
  void beginsNoMoreOnceItIsCancelled() {
    Prewarming prewarming = new Prewarming(20, opening::add);
    prewarming.begin();
    assertThat(prewarming.result().cancel(false)).isTrue();
    opening.remove().accept(true);
    assertThat(opening).hasSize(7);
  }
}
