package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loadline.runner.contract.RunPlan;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StageShapeTest {
  private static StageShape shape(RunPlan.Stage stage, int loops) {
    return new StageShape(Plans.of(0, 0, stage), 0, loops);
  }

  @Test
  void usersAreSplitOverTheLoopsEvenlyAndCompletely() {
    for (int users = 1; users < 12; users++) {
      StageShape shape = shape(Plans.users(users, 1_000), 4);
      int[] each = IntStream.range(0, 4).map(shape::connectionsOf).toArray();
      assertThat(IntStream.of(each).sum()).isEqualTo(users);
      assertThat(IntStream.of(each).max().orElseThrow() - IntStream.of(each).min().orElseThrow())
          .isLessThanOrEqualTo(1);
    }
  }

  @Test
  void constantArrivalsOfTheLoopsInterleaveToTheWholeRate() {
    StageShape shape = shape(Plans.rate("100", "Constant", 1_000), 4);
    long[] all =
        IntStream.range(0, 4)
            .mapToObj(shape::arrivalsOf)
            .flatMapToLong(
                arrivals -> IntStream.range(0, 5).mapToLong(ignored -> arrivals.nextNanos()))
            .sorted()
            .toArray();
    assertThat(all)
        .containsExactly(IntStream.range(0, 20).mapToLong(i -> i * 10_000_000L).toArray());
  }

  @Test
  void poissonArrivalsDifferByLoopAndByStageAndRepeatWithTheSeed() {
    RunPlan.Stage stage = Plans.rate("100", "Poisson", 1_000);
    RunPlan plan = Plans.of(0, 0, stage, stage);
    long first = new StageShape(plan, 0, 2).arrivalsOf(0).nextNanos();
    assertThat(new StageShape(plan, 0, 2).arrivalsOf(0).nextNanos()).isEqualTo(first);
    assertThat(new StageShape(plan, 0, 2).arrivalsOf(1).nextNanos()).isNotEqualTo(first);
    assertThat(new StageShape(plan, 1, 2).arrivalsOf(0).nextNanos()).isNotEqualTo(first);
  }

  @Test
  void anUnknownArrivalIsRefused() {
    StageShape shape = shape(Plans.rate("100", "Gamma", 1_000), 1);
    assertThatThrownBy(() -> shape.trafficOf(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("load.stages[0].arrival: \"Gamma\" is not known");
  }

  @Test
  void arrivalsOfTheStagesDiffer() {
    assertThat(Seeds.arrivals(42, 0)).isEqualTo(Seeds.arrivals(42, 0));
    assertThat(Seeds.arrivals(42, 0)).isNotEqualTo(Seeds.arrivals(42, 1));
  }
}
