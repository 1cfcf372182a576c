package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SeenTest {
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private final AtomicLong nanos = new AtomicLong();
  private final List<LoadTest> cached = new ArrayList<>(List.of(new LoadTest()));
  private final Seen<LoadTest> seen =
      new Seen<>(test -> test.getMetadata().getDeletionTimestamp() == null, nanos::get);

  @Test
  void isStuckWhenNoPassFinishesAlthoughThereIsSomethingToLookAt() {
    seen.through(cached::stream);
    pass(LONGEST);
    assertThat(seen.stuck("LoadTests", LONGEST)).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(seen.stuck("LoadTests", LONGEST))
        .contains("nothing has looked at the LoadTests for 181 s");
  }

  @Test
  void isNotStuckWhilePassesFinish() {
    seen.through(cached::stream);
    for (int i = 0; i < 10; i++) {
      pass(Duration.ofMinutes(1));
      seen.beat();
    }
    assertThat(seen.stuck("LoadTests", LONGEST)).isEmpty();
  }

  @Test
  void isNotStuckWithNothingToLookAtAndCountsFromWhenThereIs() {
    cached.clear();
    seen.through(cached::stream);
    pass(Duration.ofDays(1));
    assertThat(seen.stuck("LoadTests", LONGEST)).isEmpty();
    cached.add(new LoadTest());
    assertThat(seen.stuck("LoadTests", LONGEST)).isEmpty();
    pass(Duration.ofMinutes(4));
    assertThat(seen.stuck("LoadTests", LONGEST)).isPresent();
  }

  @Test
  void isNotStuckWhileAllThatIsThereNeedsNoLook() {
    cached.getFirst().getMetadata().setDeletionTimestamp("2026-11-24T02:00:00Z");
    seen.through(cached::stream);
    pass(Duration.ofDays(1));
    assertThat(seen.stuck("LoadTests", LONGEST)).isEmpty();
    assertThat(seen.all()).hasSize(1);
  }

  @Test
  void hasNothingBeforeTheCacheIsThere() {
    assertThat(seen.all()).isEmpty();
    assertThat(seen.stuck("LoadTests", LONGEST)).isEmpty();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
