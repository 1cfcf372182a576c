package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTest;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockStepsTest {
  private static final ResourceID CHAT = new ResourceID("chat", "team");
  private static final ResourceID CODE = new ResourceID("code", "team");

  private Instant wall = Instant.parse("2026-11-24T02:00:00Z");
  private long nanos = -5;
  private final List<Event> woken = new ArrayList<>();
  private final ClockSteps<LoadTest> steps =
      new ClockSteps<>(() -> Stream.of(named(CHAT), named(CODE)), () -> wall, () -> nanos);

  @BeforeEach
  void hearWhoIsWoken() {
    steps.setEventHandler(woken::add);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT5H", "-PT5H", "PT2.000000001S", "-PT2.000000001S", "P3650D"})
  void wakesEverythingOnceWhenTheClockWasSet(Duration step) {
    passes(Duration.ofHours(9));
    wall = wall.plus(step);
    steps.look();
    passes(Duration.ofSeconds(1));
    assertThat(woken).extracting(Event::getRelatedCustomResourceID).containsExactly(CHAT, CODE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT2S", "-PT2S", "PT0S"})
  void leavesSmallCorrectionsAlone(Duration step) {
    wall = wall.plus(step);
    passes(Duration.ofDays(400));
    assertThat(woken).isEmpty();
  }

  @Test
  void wakesWhenSmallCorrectionsAddUp() {
    for (int i = 0; i < 5; i++) {
      wall = wall.minusMillis(500);
      passes(Duration.ofHours(1));
    }
    assertThat(woken).extracting(Event::getRelatedCustomResourceID).containsExactly(CHAT, CODE);
  }

  /** A machine that slept: its monotonic clock stood still. */
  @Test
  void wakesWhenTheMonotonicClockStoodStill() {
    wall = wall.plus(Duration.ofMinutes(20));
    steps.look();
    assertThat(woken).hasSize(2);
  }

  private void passes(Duration time) {
    wall = wall.plus(time);
    nanos += time.toNanos();
    steps.look();
  }

  private static LoadTest named(ResourceID id) {
    LoadTest test = new LoadTest();
    test.setMetadata(
        new ObjectMetaBuilder()
            .withName(id.getName())
            .withNamespace(id.getNamespace().orElseThrow())
            .build());
    return test;
  }
}
