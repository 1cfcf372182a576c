package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loadline.runner.arrival.ArrivalProcess;
import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.StageResult.ArrivalPattern;
import dev.loadline.runner.contract.StageResult.Arrivals;
import dev.loadline.runner.contract.Workload.Turns;
import dev.loadline.runner.measure.Window;
import dev.loadline.runner.trace.TraceFormat;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageShapeTest {
  private static final long MILLI = 1_000_000;

  private static StageShape shape(RunPlan.Stage stage, int loops) {
    return shape(stage, loops, 0, OptionalLong.empty());
  }

  private static StageShape shape(
      RunPlan.Stage stage, int loops, long warmupMillis, OptionalLong serviceNanos) {
    return new StageShape(
        Plans.of(warmupMillis, 0, stage), 0, loops, serviceNanos, Optional.empty());
  }

  private static RunPlan.Stage open(Optional<String> from, String arrival, double burstiness) {
    return new RunPlan.Stage(
        "open", new Shape.Open("100", from, arrival, burstiness), new End.After(60_000));
  }

  private static long[] take(ArrivalProcess arrivals, int count) {
    return LongStream.generate(arrivals::nextNanos).limit(count).toArray();
  }

  @Test
  void arrivalsOfTheLoopsAreTogetherThoseOfOneProcess() {
    for (String arrival : new String[] {"Constant", "Poisson", "Gamma"}) {
      RunPlan.Stage stage = open(Optional.empty(), arrival, 0.5);
      long[] whole = take(shape(stage, 1).arrivalsOf(0), 20);
      StageShape shared = shape(stage, 4);
      long[] parts =
          IntStream.range(0, 4)
              .mapToObj(shared::arrivalsOf)
              .flatMapToLong(arrivals -> LongStream.of(take(arrivals, 5)))
              .sorted()
              .toArray();
      assertThat(parts).as(arrival).containsExactly(whole);
    }
  }

  @Test
  void arrivalsDifferByStageAndRepeatWithTheSeed() {
    RunPlan.Stage stage = open(Optional.empty(), "Poisson", 1);
    RunPlan plan = Plans.of(0, 0, stage, stage);
    long[] first = take(stage(plan, 0).arrivalsOf(0), 5);
    assertThat(take(stage(plan, 0).arrivalsOf(0), 5)).containsExactly(first);
    assertThat(take(stage(plan, 1).arrivalsOf(0), 5)).isNotEqualTo(first);
  }

  private static StageShape stage(RunPlan plan, int index) {
    return new StageShape(plan, index, 2, OptionalLong.empty(), Optional.empty());
  }

  @Test
  void aRampOfTheRateIsTheWindow() {
    StageShape shape =
        shape(open(Optional.of("10"), "Constant", 1), 1, 10_000, OptionalLong.empty());
    long[] arrivals = take(shape.arrivalsOf(0), 100 + 3_300);
    assertThat(arrivals[99]).isEqualTo(9_900 * MILLI);
    assertThat(arrivals[100]).isEqualTo(10_000 * MILLI);
    assertThat(arrivals[3_399]).isBetween(69_980 * MILLI, 70_000 * MILLI);
    Window window = new Window(0, 60_000 * MILLI);
    assertThat(shape.requestedRate(window, Optional.empty())).hasValue(55);
    window.closeAt(20_000 * MILLI);
    assertThat(shape.requestedRate(window, Optional.empty())).hasValue(25);
  }

  @Test
  void anUnknownArrivalIsRefused() {
    StageShape shape = shape(open(Optional.empty(), "Fish", 1), 1);
    assertThatThrownBy(() -> shape.trafficOf(0, Runnable::run))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("load.stages[0].arrival: \"Fish\" is not known");
  }

  @ParameterizedTest
  @CsvSource({
    // warm-up, service of the stage before, pause, users, spread (milliseconds; -1: not known)
    "10000,  -1,     0,    10, 5000",
    "10000,  -1,  8000,    10, 8000",
    "10000,  -1, 80000,    10, 10000",
    "10000, 700,     0,    10, 700",
    "10000, 700,   300,    10, 1000",
    "10000, 70000,   0,    10, 10000",
    "10000, 700,     0, 10000, 2500",
    "1000,  700,     0, 10000, 1000",
    "0,     700,     0,    10, 2.5",
    "0,      -1,   300,    10, 2.5"
  })
  void firstSendsAreSpreadOverARoundOfAUserWithinTheWarmup(
      long warmup, long service, long pause, int users, double spread) {
    OptionalLong serviceNanos =
        service < 0 ? OptionalLong.empty() : OptionalLong.of(service * MILLI);
    RunPlan.Stage stage = Plans.users(users, pause, new End.After(60_000));
    StageShape shape = shape(stage, 2, warmup, serviceNanos);
    assertThat(shape.users((Shape.Closed) stage.shape()).spreadNanos())
        .isEqualTo((long) (spread * MILLI));
  }

  @Test
  void aRampOfUsersIsTheWindow() {
    Shape.Closed closed = new Shape.Closed(50, OptionalInt.of(5), new Distribution.Fixed(0));
    RunPlan.Stage stage = new RunPlan.Stage("up", closed, new End.After(60_000));
    assertThat(shape(stage, 1, 10_000, OptionalLong.empty()).users(closed))
        .isEqualTo(new UserRamp(5, 50, 5_000 * MILLI, 10_000 * MILLI, 60_000 * MILLI));
    assertThat(shape(stage, 2, 10_000, OptionalLong.empty()).connectionsOf(0)).isEqualTo(25);
  }

  @Test
  void thePauseOfAUserWithTurnsIsThatBetweenThem() {
    Distribution exponential = new Distribution.Exponential(3_000, 0, 60_000);
    Turns turns = new Turns(new Distribution.Fixed(3), Optional.empty(), exponential);
    ClosedLoop.Pauses pauses =
        new ClosedLoop.Pauses(new Distribution.Uniform(10, 20), Optional.of(turns), 1);
    assertThat(pauses.meanNanos()).isEqualTo(3_000 * MILLI);
    assertThat(new ClosedLoop.Pauses(new Distribution.Uniform(10, 20), Optional.empty(), 1))
        .returns(15 * MILLI, ClosedLoop.Pauses::meanNanos);
  }

  @Test
  void anOpenLoopOpensWhatItWillNeedOrAFewIfThatIsNotKnown() {
    RunPlan.Stage stage = open(Optional.empty(), "Poisson", 1);
    assertThat(shape(stage, 2).connectionsOf(0)).isEqualTo(32);
    assertThat(shape(stage, 2, 0, OptionalLong.of(3_000 * MILLI)).connectionsOf(0)).isEqualTo(150);
    assertThat(shape(stage, 2, 0, OptionalLong.of(30 * MILLI)).connectionsOf(0)).isEqualTo(2);
    assertThat(shape(stage, 2, 0, OptionalLong.of(60_000 * MILLI)).connectionsOf(0)).isEqualTo(512);
  }

  @Test
  void aReplayIsAsLongAsItsTraceAndMeasuredAfterTheWarmup() {
    RunPlan.Stage stage =
        new RunPlan.Stage(
            "replay",
            new Shape.Replay(2, OptionalLong.empty(), OptionalLong.empty()),
            new End.Trace());
    Replay replay = new Replay(Path.of("t"), TraceFormat.JSONL, 2, 100, 40_000 * MILLI);
    StageShape shape =
        new StageShape(Plans.of(5_000, 0, stage), 0, 4, OptionalLong.empty(), Optional.of(replay));
    assertThat(shape.windowNanos()).hasValue(15_202_020_202L);
    assertThat(shape.isOpenLoop()).isTrue();
    Window window = new Window(0, 15_000 * MILLI);
    ArrivalPattern due =
        new ArrivalPattern(90, OptionalDouble.empty(), Optional.empty(), Optional.empty());
    assertThat(shape.requestedRate(window, Optional.of(new Arrivals(due, Optional.of(due)))))
        .hasValue(6);
    assertThat(shape.requestedRate(window, Optional.empty())).isEmpty();
    assertThat(shape.connectionsOf(0)).isEqualTo(2);
  }

  @Test
  void eachUserThinksBySeedsOfItsOwn() {
    assertThat(Seeds.user(Seeds.users(42, 0), 1)).isEqualTo(Seeds.user(Seeds.users(42, 0), 1));
    assertThat(
            LongStream.of(
                    Seeds.user(Seeds.users(42, 0), 1),
                    Seeds.user(Seeds.users(42, 0), 2),
                    Seeds.user(Seeds.users(42, 1), 1),
                    Seeds.user(Seeds.users(43, 0), 1))
                .distinct())
        .hasSize(4);
  }
}
