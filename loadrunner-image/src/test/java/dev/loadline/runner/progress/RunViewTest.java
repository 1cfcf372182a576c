package dev.loadline.runner.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.RunPlan.Stage;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.drive.Progress;
import dev.loadline.runner.drive.Progress.Phase;
import dev.loadline.runner.measure.LiveSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunViewTest {
  private final AtomicReference<Optional<Progress>> now = new AtomicReference<>(Optional.empty());
  private final AtomicReference<List<Progress>> ended = new AtomicReference<>(List.of());
  private final RunView view = new RunView(plan(), now::get, ended::get);

  @ParameterizedTest
  @CsvSource({
    // stage, milliseconds in it, requests ended, share of the run
    "0, 0, 0, 0",
    "0, 1000, 0, 0.1",
    "0, 5000, 400, 0.5",
    "0, 9000, 400, 0.5",
    "1, 0, 0, 0.5",
    "1, 60000, 10, 0.625",
    "1, 1, 40, 1",
    "1, 1, 43, 1"
  })
  void everyStageIsAnEqualShareOfTheRun(int stage, long inStage, long ended, double share) {
    assertThat(view.ratio(progress(stage, inStage, ended))).isCloseTo(share, within(1e-9));
  }

  @Test
  void ofAStageThatHasEndedTheFinalFiguresAreShown() {
    now.set(Optional.of(progress(0, 9000, 1)));
    assertThat(view.stages()).containsExactly(progress(0, 9000, 1));
    ended.set(List.of(progress(0, 5000, 2)));
    assertThat(view.look()).contains(progress(0, 5000, 2));
    assertThat(view.stages()).containsExactly(progress(0, 5000, 2));
    now.set(Optional.of(progress(1, 10, 0)));
    assertThat(view.look()).contains(progress(1, 10, 0));
    assertThat(view.stages()).containsExactly(progress(0, 5000, 2), progress(1, 10, 0));
    now.set(Optional.empty());
    ended.set(List.of(progress(0, 5000, 2), progress(1, 20, 40)));
    assertThat(view.look()).isEmpty();
    assertThat(view.stages()).containsExactlyElementsOf(ended.get());
  }

  @Test
  void theBarSaysHowFarTheRunIs() {
    ByteArrayOutputStream screen = new ByteArrayOutputStream();
    ProgressBar bar =
        new ProgressBar(view, new PrintStream(screen, true, StandardCharsets.UTF_8), "<wipe>");
    bar.draw();
    now.set(Optional.of(progress(0, 5000, 2)));
    bar.draw();
    bar.remove();

    assertThat(screen.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "<wipe>[████████████············] 50% of the run  first 1/2 window  0 requests  0"
                + " errors  0 tokens/s<wipe>");
  }

  private static Progress progress(int index, long inStageMillis, long ended) {
    return new Progress(
        index == 0 ? "first" : "second",
        index,
        2,
        Phase.WINDOW,
        Duration.ofMillis(inStageMillis),
        index == 0 ? Optional.of(Duration.ofMillis(5_000)) : Optional.empty(),
        ended,
        index == 0 ? OptionalLong.empty() : OptionalLong.of(40),
        EMPTY,
        0,
        Optional.empty());
  }

  private static final LiveSnapshot EMPTY = LiveSnapshot.sum(List.of());

  private static RunPlan plan() {
    return new RunPlan(
        RunPlan.VERSION,
        "run",
        "nonce",
        new RunPlan.Target(
            "http://127.0.0.1/v1",
            Optional.empty(),
            "Chat",
            "Auto",
            Optional.empty(),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            1),
        new Workload(
            new Workload.Content.Synthetic(
                new Distribution.Fixed(1), new Distribution.Fixed(1), 0, 1),
            Optional.empty(),
            true,
            1),
        new RunPlan.Load(
            1000,
            1000,
            "Pooled",
            List.of(
                new Stage(
                    "first",
                    new Shape.Closed(1, OptionalInt.empty(), new Distribution.Fixed(0)),
                    new End.After(4000)),
                new Stage(
                    "second",
                    new Shape.Closed(1, OptionalInt.empty(), new Distribution.Fixed(0)),
                    new End.Requests(40)))),
        List.of(),
        List.of(),
        RunPlan.Limits.NONE);
  }
}
