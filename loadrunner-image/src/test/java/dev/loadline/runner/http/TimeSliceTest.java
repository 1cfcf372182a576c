package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class TimeSliceTest {
  /** Older systems than Linux 6.12 do not tell. */
  private static OptionalLong ofANewThread() throws Exception {
    FutureTask<OptionalLong> slice = new FutureTask<>(TimeSlice::ofThisThread);
    Thread.ofPlatform().start(slice);
    return slice.get();
  }

  @Test
  void anEventLoopHasAShorterOneThanOtherThreads() throws Exception {
    assumeThat(ofANewThread().orElse(0)).isGreaterThan(TimeSlice.SHORT_NANOS);
    try (EventLoops loops = EventLoops.start(2, "test-slice")) {
      for (var loop : loops.all()) {
        assertThat(loop.submit(TimeSlice::ofThisThread).get()).hasValue(TimeSlice.SHORT_NANOS);
      }
    }
    assertThat(ofANewThread().orElse(0)).isGreaterThan(TimeSlice.SHORT_NANOS);
  }
}
