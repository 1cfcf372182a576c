package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserRampTest {
  private static final long WARMUP = 10_000;
  private static final long WINDOW = 60_000;

  private static UserRamp ramp(int from, int to) {
    return new UserRamp(from, to, 5_000, WARMUP, WINDOW);
  }

  private static long usersAt(UserRamp ramp, long nanos) {
    return IntStream.range(0, ramp.most())
        .filter(user -> ramp.beginsNanos(user) <= nanos && nanos < ramp.endsNanos(user))
        .count();
  }

  @Test
  void usersAreSplitOverTheLoopsEvenlyAndCompletely() {
    for (int users = 1; users < 12; users++) {
      UserRamp ramp = UserRamp.steady(users, 0);
      int[] each = IntStream.range(0, 4).map(loop -> ramp.usersOf(loop, 4)).toArray();
      assertThat(IntStream.of(each).sum()).isEqualTo(users);
      assertThat(IntStream.of(each).max().orElseThrow() - IntStream.of(each).min().orElseThrow())
          .isLessThanOrEqualTo(1);
    }
  }

  @Test
  void firstSendsAreSpreadEvenlyAndNobodyLeaves() {
    UserRamp ramp = UserRamp.steady(4, 1_000);
    assertThat(IntStream.range(0, 4).mapToLong(ramp::beginsNanos))
        .containsExactly(0L, 250L, 500L, 750L);
    assertThat(IntStream.range(0, 4).mapToLong(ramp::endsNanos)).containsOnly(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @CsvSource({"1, 100", "100, 1", "3, 5", "1, 2", "2, 1", "10, 10"})
  void theNumberOfUsersFollowsTheLine(int from, int to) {
    UserRamp ramp = ramp(from, to);
    assertThat(usersAt(ramp, WARMUP - 1)).isEqualTo(from);
    for (long nanos = 0; nanos < WINDOW; nanos += 100) {
      double line = from + (double) (to - from) * nanos / WINDOW;
      assertThat((double) usersAt(ramp, WARMUP + nanos)).isBetween(line - 0.501, line + 0.501);
    }
    assertThat(usersAt(ramp, WARMUP + WINDOW)).isEqualTo(to);
  }

  @ParameterizedTest
  @CsvSource({"1, 100", "100, 1", "3, 6"})
  void theMeanOverTheRampIsThatOfItsEnds(int from, int to) {
    UserRamp ramp = ramp(from, to);
    double mean =
        IntStream.range(0, (int) WINDOW)
            .mapToLong(nanos -> usersAt(ramp, WARMUP + nanos))
            .average()
            .orElseThrow();
    assertThat(mean).isCloseTo((from + to) / 2.0, org.assertj.core.data.Offset.offset(0.01));
  }

  @Test
  void aRampBeyondTheClocksRangeNeverEnds() {
    UserRamp ramp = new UserRamp(1, 2, 0, Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(ramp.beginsNanos(1)).isEqualTo(Long.MAX_VALUE);
  }
}
