package dev.loadline.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.WorkloadSpec;
import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Workload.Content;
import io.fabric8.generator.annotation.Pattern;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadParserTest {

  @ParameterizedTest
  @CsvSource({
    "16, users-16, true",
    "100000, users-100000, true",
    "1, rps-1, false",
    "\"2.5\", rps-2-5, false",
    "\"0.001\", rps-0-001, false",
    "\"10.0\", rps-10, false",
    "\"999999.999999999\", rps-999999-999999999, false",
  })
  void namesAStageAfterItsLevel(String level, String name, boolean users) {
    String field = users ? "users" : "requestsPerSecond";
    SpecText text =
        SpecText.smallest()
            .with("/load", "{sweep: {" + field + ": [" + level + "], duration: 1s}}")
            .with(
                "/objectives",
                "[{name: a, metric: ttft, statistic: p50, max: 1s, stage: " + name + "}]");
    assertThat(text.plan().load().stages()).extracting(Load.Stage::name).containsExactly(name);
    assertThat(Syntax.NAME.fits(name)).isTrue();
  }

  @Test
  void givesEveryLevelOfASweepTheSameLawAndWindow() {
    SpecText text =
        SpecText.smallest()
            .with(
                "/load",
                "{sweep: {requestsPerSecond: [8, 2], arrival: Gamma, burstiness: 4, duration:"
                    + " 2m}}");
    Load.End window = new Load.End.After(Duration.ofMinutes(2));
    assertThat(text.plan().load().stages())
        .containsExactly(
            new Load.Stage("rps-8", gamma("8", "4"), window),
            new Load.Stage("rps-2", gamma("2", "4"), window));
  }

  private static Load.Shape gamma(String rate, String burstiness) {
    return new Load.Shape.Open(
        new BigDecimal(rate), Optional.empty(), Load.Arrival.Gamma, new BigDecimal(burstiness));
  }

  @Test
  void takesABurstinessOfOneWhereNoneIsGiven() {
    SpecText text = SpecText.shapes().without("/load/stages/3/burstiness");
    assertThat(text.plan().load().stages().getLast().shape()).isEqualTo(gamma("2", "1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"64\""})
  void aRampGoesUpAndDown(String from) {
    SpecText text = SpecText.shapes().with("/load/stages/0/ramp", "{from: " + from + "}");
    Load.Shape.Closed closed = (Load.Shape.Closed) text.plan().load().stages().getFirst().shape();
    int begin = closed.rampFrom().orElseThrow();
    assertThat(closed.meanUsers(1)).isEqualTo((begin + 32) / 2.0);
  }

  @Test
  void aReplayCountsAsAnHourAndHasScheduledMetrics() {
    SpecText text =
        SpecText.replay()
            .with("/objectives", "[{name: a, metric: ttftScheduled, statistic: p50, max: 1s}]");
    assertThat(text.plan().lifecycle().activeDeadline())
        .isEqualTo(Duration.ofMinutes(15 + 60 + 1 + 1));
    assertThat(text.plan().workload().file())
        .contains(new DataFile.ClaimPath("traces", "azure/code.csv"));
  }

  @Test
  void usersPauseWhereTheirTurnsDo() {
    Load.Shape.Closed pausing =
        (Load.Shape.Closed)
            SpecText.sweep()
                .without("/load/sweep/thinkTime")
                .plan()
                .load()
                .stages()
                .getFirst()
                .shape();
    Load.Shape.Closed busy =
        (Load.Shape.Closed)
            SpecText.sweep()
                .without("/load/sweep/thinkTime")
                .without("/workload/turns/thinkTime")
                .plan()
                .load()
                .stages()
                .getFirst()
                .shape();
    assertThat(pausing.pauses()).isTrue();
    assertThat(busy.pauses()).isFalse();
  }

  static List<String> presets() {
    return Preset.titles();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void aPresetIsTheWorkloadItStandsFor(String name) {
    Workload workload =
        SpecText.smallest().with("/workload", "{preset: " + name + "}").plan().workload();
    assertThat(workload.preset()).map(Preset::title).contains(name);
    assertThat(workload.sent().content()).isEqualTo(Preset.named(name).orElseThrow().synthetic());
  }

  @Test
  void lengthsOfInferenceXAreFromFourFifthsToTheWhole() {
    assertThat(Preset.named("8k-1k").orElseThrow().synthetic())
        .isEqualTo(
            new Content.Synthetic(
                new Distribution.Uniform(6554, 8192), new Distribution.Uniform(820, 1024), 0, 1));
  }

  @Test
  void theSchemaKnowsThePresetsAndNoOthers() throws NoSuchFieldException {
    String pattern =
        WorkloadSpec.class.getDeclaredField("preset").getAnnotation(Pattern.class).value();
    assertThat(Syntax.choices(pattern)).isEqualTo(Preset.titles());
    assertThat(Arrays.asList(pattern.split("[|]", -1))).hasSameSizeAs(Preset.titles());
  }
}
