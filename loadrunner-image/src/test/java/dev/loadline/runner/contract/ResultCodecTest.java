package dev.loadline.runner.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.loadline.runner.contract.ResultCodec.Decoded;
import dev.loadline.runner.contract.RunPlan.JudgedMetric;
import dev.loadline.runner.contract.RunResult.Intervals;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultCodecTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void smallResultsComeBackWhole(int stages) {
    RunResult result = Examples.fullResult(stages);

    assertThat(ResultCodec.decode(ResultCodec.encode(result))).isEqualTo(new Decoded.Read(result));
  }

  @Test
  void resultWithoutLoadComesBackWhole() {
    RunResult result = Examples.unreachable();

    assertThat(ResultCodec.decode(ResultCodec.encode(result))).isEqualTo(new Decoded.Read(result));
  }

  @Test
  void twentyStagesWithEveryMetricAndFourErrorClassesFit() {
    RunResult result = Examples.fullResult(20);
    String message = ResultCodec.encode(result);
    RunResult read = read(message);

    assertThat(message).hasSizeLessThanOrEqualTo(ResultCodec.MOST_BYTES).isPrintable();
    assertThat(read.stages()).hasSize(20);
    for (int i = 0; i < 20; i++) {
      StageResult stage = read.stages().get(i);
      StageResult whole = result.stages().get(i);
      assertThat(stage)
          .usingRecursiveComparison()
          .ignoringFields("errors", "latencies", "withCut", "tokens", "lengths")
          .isEqualTo(whole);
      assertThat(stage.errors()).hasSize(4);
      for (Metric metric :
          new Metric[] {
            Metric.ttft, Metric.ttftScheduled, Metric.tpot, Metric.e2eScheduled, Metric.sendLag
          }) {
        assertKept(metric.name(), stage.latencies(), whole.latencies());
      }
    }
  }

  /**
   * In the worst case, with faults and cut requests in every stage, 12 stages hold four named
   * metrics with their cut requests, 20 stages four without and ttft and tpot with them.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "20 | ttft,tpot | true",
        "20 | ttft,tpot,e2e | false",
        "20 | ttftScheduled,e2eScheduled | false",
        "20 | maxGap,itl,ttfo | false",
        "20 | ttft,tpot,itl,maxGap | false",
        "20 | ttfo,tpot,e2eScheduled,maxGap | false",
        "12 | ttft,tpot,e2e | true",
        "12 | ttftScheduled,e2eScheduled | true",
        "12 | maxGap,itl,ttfo | true",
        "12 | ttft,tpot,itl,maxGap | true",
        "12 | ttfo,tpot,e2eScheduled,maxGap | true",
      })
  void whatObjectivesNameIsKept(int stages, String named, boolean withCut) {
    List<JudgedMetric> judged =
        Arrays.stream(named.split(",", -1))
            .map(metric -> new JudgedMetric(metric, Optional.empty()))
            .toList();
    RunResult result = Examples.fullResult(stages);
    RunResult read = read(ResultCodec.encode(result, judged));

    for (int i = 0; i < stages; i++) {
      StageResult stage = read.stages().get(i);
      StageResult whole = result.stages().get(i);
      assertThat(stage.errors()).hasSizeGreaterThanOrEqualTo(2);
      assertThat(stage.latencies()).containsKey(Metric.sendLag);
      for (JudgedMetric metric : judged) {
        assertKept(metric.metric(), stage.latencies(), whole.latencies());
        if (withCut) {
          assertKept(metric.metric(), stage.withCut(), whole.withCut());
        }
      }
    }
  }

  /** In the worst case it goes; the operator has the run's worst figures then. */
  @Test
  void twentyStagesWithoutFaultsKeepTheGeneratorsHealthInEach() {
    List<JudgedMetric> judged =
        List.of("ttft", "tpot", "e2e", "itl").stream()
            .map(metric -> new JudgedMetric(metric, Optional.empty()))
            .toList();
    RunResult worst = Examples.fullResult(20);
    List<StageResult> sound =
        worst.stages().stream()
            .map(stage ->
                ReducedStage.after(
                    reduced -> {
                      reduced.errors = List.of();
                      reduced.withCut.clear();
                    },
                    stage))
            .toList();
    RunResult result = worst.with(worst.target(), sound, List.of());
    RunResult read = read(ResultCodec.encode(result, judged));

    assertThat(read.stages())
        .extracting(StageResult::health)
        .isEqualTo(sound.stream().map(StageResult::health).toList());
    assertThat(read(ResultCodec.encode(worst, judged)).omitted())
        .contains("the generator's health by stage");
  }

  private static void assertKept(
      String metric, Map<Metric, Latency> read, Map<Metric, Latency> whole) {
    assertThat(bare(read).entrySet().stream().filter(entry -> entry.getKey().name().equals(metric)))
        .containsExactlyElementsOf(
            bare(whole).entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(metric))
                .toList());
  }

  private static Map<Metric, Latency> bare(Map<Metric, Latency> latencies) {
    Map<Metric, Latency> bare = new EnumMap<>(latencies);
    bare.replaceAll((metric, latency) -> latency.with(Intervals.NONE));
    return bare;
  }

  @Test
  void intervalsOfWhatNoObjectiveNamesAreLeftOutFirst() {
    List<JudgedMetric> judged = List.of(new JudgedMetric("itl", Optional.of("stage-2")));
    RunResult result = Examples.fullResult(6);
    RunResult read = read(ResultCodec.encode(result, judged));

    assertThat(read.omitted()).containsExactly("confidence intervals where no objective names it");
    for (int i = 0; i < 6; i++) {
      Map<Metric, Latency> latencies = read.stages().get(i).latencies();
      Map<Metric, Latency> whole = result.stages().get(i).latencies();
      assertThat(latencies.entrySet())
          .filteredOn(entry -> !entry.getValue().intervals().equals(Intervals.NONE))
          .extracting(Map.Entry::getKey)
          .containsExactlyInAnyOrderElementsOf(
              i == 1
                  ? List.of(Metric.ttftScheduled, Metric.tpot, Metric.itl)
                  : List.of(Metric.ttftScheduled, Metric.tpot));
      assertThat(latencies.get(Metric.ttftScheduled)).isEqualTo(whole.get(Metric.ttftScheduled));
      assertThat(bare(latencies)).isEqualTo(bare(whole));
    }
  }

  @Test
  void arrivalsAndTokensArriveWithTwentyStages() {
    RunResult result = Examples.fullResult(20);
    RunResult read = read(ResultCodec.encode(result));

    for (int i = 0; i < 20; i++) {
      assertThat(read.stages().get(i).arrivals()).isEqualTo(result.stages().get(i).arrivals());
      assertThat(read.stages().get(i).tokens().reusable())
          .isEqualTo(result.stages().get(i).tokens().reusable());
    }
  }

  @Test
  void keepsAMetricInTheStageForWhichAnObjectiveNamesIt() {
    List<JudgedMetric> judged = List.of(new JudgedMetric("itl", Optional.of("stage-7")));
    RunResult read = read(ResultCodec.encode(Examples.fullResult(20), judged));

    assertThat(read.stages())
        .filteredOn(stage -> stage.latencies().containsKey(Metric.itl))
        .extracting(StageResult::name)
        .containsExactly("stage-7");
    assertThat(read.omitted()).contains("ttfo", "itl where no objective names it");
    assertThat(read.omitted()).doesNotContain("itl");
  }

  @Test
  void distributionsWithCutRequestsOfWhatObjectivesNameGoFirstAndByName() {
    List<JudgedMetric> judged =
        Examples.CENSORED.stream()
            .map(metric -> new JudgedMetric(metric.name(), Optional.empty()))
            .toList();
    RunResult result = Examples.fullResult(13);
    RunResult read = read(ResultCodec.encode(result, judged));

    assertThat(read.omitted()).contains("maxGap with cut requests").doesNotContain("maxGap");
    for (int i = 0; i < 13; i++) {
      StageResult stage = read.stages().get(i);
      for (Metric metric : Examples.CENSORED) {
        assertKept(metric.name(), stage.latencies(), result.stages().get(i).latencies());
        assertThat(stage.withCut().containsKey(metric))
            .isNotEqualTo(read.omitted().contains(RunResult.withCut(metric)));
      }
    }
  }

  @Test
  void twentyStagesWithTheLongestNamesStillFit() {
    Random random = new Random(4);
    RunResult whole = Examples.fullResult(20);
    List<StageResult> stages =
        whole.stages().stream().map(stage -> Examples.named(stage, letters(40, random))).toList();
    RunResult result =
        new RunResult(
            whole.version(),
            whole.outcome(),
            Optional.of(letters(100, random)),
            Optional.of("ModelNotServed"),
            Optional.of(
                new RunResult.TargetFacts(
                    letters(200, random), "vLLM", Optional.empty(), Optional.empty())),
            whole.loadStartedMillis(),
            whole.endedMillis(),
            stages,
            whole.generator(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    RunResult read = read(ResultCodec.encode(result));

    assertThat(read.stages())
        .extracting(StageResult::name)
        .isEqualTo(stages.stream().map(StageResult::name).toList());
    for (int i = 0; i < 20; i++) {
      for (Metric metric :
          List.of(Metric.sendLag, Metric.ttft, Metric.ttftScheduled, Metric.tpot)) {
        assertKept(metric.name(), read.stages().get(i).latencies(), stages.get(i).latencies());
      }
    }
  }

  private static String letters(int count, Random random) {
    return random
        .ints(count, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void whatWasLeftOutIsSaid() {
    RunResult read = read(ResultCodec.encode(Examples.fullResult(20)));

    assertThat(read.omitted())
        .startsWith("ttftFirstChunk", "ntpot", "itlPerToken", "examples of errors")
        .contains("confidence intervals", "lengths of prompts and answers");
    assertThat(read.stages().getFirst().errors()).allMatch(error -> error.example().isEmpty());
    assertThat(read(ResultCodec.encode(Examples.fullResult(2))).omitted()).isEmpty();
  }

  @Test
  void everyTruncationIsFound() {
    String message = ResultCodec.encode(Examples.fullResult(20));
    for (int length = 0; length < message.length(); length++) {
      assertNoResult(message.substring(0, length));
      assertNoResult(message.substring(message.length() - length));
    }
  }

  @Test
  void everyFlippedBitIsFound() {
    byte[] message =
        ResultCodec.encode(Examples.fullResult(20)).getBytes(StandardCharsets.US_ASCII);
    for (int bit = 0; bit < message.length * 8; bit++) {
      message[bit / 8] ^= (byte) (1 << bit % 8);
      assertNoResult(new String(message, StandardCharsets.ISO_8859_1));
      message[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void whatOthersWriteThereIsNoResult() {
    for (String message :
        new String[] {"", "  \n", "Error: Could not find or load main class", "{\"a\":1}", "\0"}) {
      assertThat(ResultCodec.decode(message)).isEqualTo(new Decoded.Missing());
    }
    assertThat(ResultCodec.decode("LOADLINE-RESULT/9 0 00000000 "))
        .isEqualTo(
            new Decoded.Corrupt("its version is LOADLINE-RESULT/9, known is LOADLINE-RESULT/3"));
  }

  /** A checksum protects against accidents, not against a defect or a forger: reading must. */
  @Test
  void nonsenseWithAMatchingChecksumNeverThrows() {
    Random random = new Random(3);
    byte[] whole = ResultBytes.write(Examples.fullResult(3));
    for (int i = 0; i < 20_000; i++) {
      byte[] broken = whole.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt();
      }
      String message = sealed(broken, random.nextBoolean() ? random.nextInt(whole.length) : -1);
      assertThatCode(() -> ResultCodec.decode(message)).doesNotThrowAnyException();
    }
  }

  @Test
  void aBombOfZerosIsRefused() {
    assertThat(ResultCodec.decode(sealed(new byte[20_000_000], -1)))
        .isInstanceOf(Decoded.Corrupt.class);
  }

  @Test
  void surroundingWhitespaceDoesNotMatter() {
    RunResult result = Examples.unreachable();

    assertThat(ResultCodec.decode("\n" + ResultCodec.encode(result) + "\r\n"))
        .isEqualTo(new Decoded.Read(result));
  }

  @Test
  void latenciesKeepThreeSignificantDigits() {
    Random random = new Random(2);
    for (int i = 0; i < 100_000; i++) {
      long micros = random.nextLong(1L << random.nextInt(1, 40));
      long bucket = LatencyBytes.bucket(micros);
      long value = LatencyBytes.value(bucket);

      assertThat(Math.abs(value - micros)).isLessThanOrEqualTo(micros / 2048 + 1);
      assertThat(LatencyBytes.bucket(value)).isEqualTo(bucket);
    }
  }

  private static RunResult read(String message) {
    return ((Decoded.Read) ResultCodec.decode(message)).result();
  }

  private static void assertNoResult(String message) {
    assertThat(ResultCodec.decode(message)).isNotInstanceOf(Decoded.Read.class);
  }

  private static String sealed(byte[] plain, int length) {
    try (Deflater deflater = new Deflater(Deflater.BEST_SPEED, true)) {
      deflater.setInput(plain, 0, length < 0 ? plain.length : length);
      deflater.finish();
      byte[] packed = new byte[plain.length + 100];
      int size = deflater.deflate(packed);
      String payload =
          Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(packed, size));
      CRC32C crc = new CRC32C();
      crc.update(payload.getBytes(StandardCharsets.US_ASCII));
      return "LOADLINE-RESULT/3 %d %08x %s".formatted(payload.length(), crc.getValue(), payload);
    }
  }
}
