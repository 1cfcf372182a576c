package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PreparationTest {
  @Test
  void workThatIsDoneInTimeIsUsed() throws Exception {
    assertThat(Preparation.within(Duration.ofMinutes(1), () -> "counted")).contains("counted");
  }

  @Test
  void workThatFailsIsDoneWithout() throws Exception {
    assertThat(
            Preparation.within(
                Duration.ofMinutes(1),
                () -> {
                  throw new IllegalStateException("no count");
                }))
        .isEmpty();
  }

  @Test
  void workThatTakesTooLongIsInterruptedAndDoneWithout() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    assertThat(
            Preparation.within(
                Duration.ofMillis(200),
                () -> {
                  try {
                    return new CountDownLatch(1).await(1, TimeUnit.HOURS);
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                  }
                }))
        .isEmpty();
    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
