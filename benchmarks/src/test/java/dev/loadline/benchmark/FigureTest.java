package dev.loadline.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
  @Test
  void aRowHasTheMedianTheSpreadAndWhatTheGoalMakesOfIt() {
    Figure figure =
        Figure.of("CPU against wrk", "×", List.of(1.31, 1.1, 1.2), Goal.atMost(1.5, 1.2));

    assertThat(figure.row())
        .isEqualTo("| CPU against wrk | ≤ 1.50 | ≤ 1.20 | 1.20 × | 1.10 – 1.31 | aim |");
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    assertThat(Figure.of("x", "", List.of(4.0, 1.0, 3.0, 100.0)).median()).isEqualTo(3.5);
  }

  @Test
  void aGoalIsMissedReachedOrAimedFor() {
    assertThat(Goal.atMost(50, 30).verdict(51)).contains("missed");
    assertThat(Goal.atMost(50, 30).verdict(50)).isEqualTo("reached");
    assertThat(Goal.atLeast(100_000, 150_000).verdict(150_000)).isEqualTo("aim");
    assertThat(Goal.atLeast(100_000, 150_000).verdict(99_999)).contains("missed");
  }
}
