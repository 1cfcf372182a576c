package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTest;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SeenTest {
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private final AtomicLong nanos = new AtomicLong();
  private final LoadTest test = new LoadTest();
  private final IndexedObjects<LoadTest> cached = new IndexedObjects<>();
  private final Seen<LoadTest> seen =
      new Seen<>(test -> test.getMetadata().getDeletionTimestamp() == null, nanos::get);

  @BeforeEach
  void oneTest() {
    test.getMetadata().setName("chat");
    cached.watched(test);
  }

  @Test
  void isStuckWhenNoPassFinishesAlthoughThereIsSomethingToLookAt() {
    seen.through(cached);
    pass(LONGEST);
    assertThat(seen.stuck("LoadTests", LONGEST)).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(seen.stuck("LoadTests", LONGEST))
        .contains("nothing has looked at the LoadTests for 181 s");
  }

  @Test
  void isNotStuckWhilePassesFinish() {
    seen.through(cached);
    for (int i = 0; i < 10; i++) {
      pass(Duration.ofMinutes(1));
      seen.beat();
    }
    assertThat(seen.stuck("LoadTests", LONGEST)).isEmpty();
  }

  @Test
  void isNotStuckWithNothingToLookAtAndCountsFromWhenThereIs() {
    cached.gone(test);
    seen.through(cached);
    pass(Duration.ofDays(1));
    assertThat(seen.stuck("LoadTests", LONGEST)).isEmpty();
    cached.watched(test);
    assertThat(seen.stuck("LoadTests", LONGEST)).isEmpty();
    pass(Duration.ofMinutes(4));
    assertThat(seen.stuck("LoadTests", LONGEST)).isPresent();
  }

  @Test
  void isNotStuckWhileAllThatIsThereNeedsNoLook() {
    test.getMetadata().setDeletionTimestamp("2026-11-24T02:00:00Z");
    seen.through(cached);
    pass(Duration.ofDays(1));
    assertThat(seen.stuck("LoadTests", LONGEST)).isEmpty();
    assertThat(seen.all()).hasSize(1);
  }

  @Test
  void hasNothingBeforeTheCacheIsThere() {
    assertThat(seen.all()).isEmpty();
    assertThat(seen.find(ResourceID.fromResource(test))).isEmpty();
    assertThat(seen.stuck("LoadTests", LONGEST)).isEmpty();
  }

  @Test
  void findsWhatIsThereByItsName() {
    seen.through(cached);
    assertThat(seen.find(ResourceID.fromResource(test))).containsSame(test);
    assertThat(seen.find(new ResourceID("other"))).isEmpty();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
