package dev.loadline.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Workload.Content.Synthetic;
import dev.loadline.runner.prompt.Sampler;
import java.util.LongSummaryStatistics;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a preset makes the load runner draw, against what was published. */
class PresetTest {
  private static final int DRAWS = 200_000;

  @ParameterizedTest
  @CsvSource({
    "Chat, 512, 256",
    "RAG, 4096, 512",
    "Summarization, 2048, 256",
    "Code, 2048, 128",
    "Reasoning, 1000, 8000",
    "1k-1k, 922, 922",
    "8k-1k, 7373, 922",
    "1k-8k, 922, 7373",
    "LongChat, 4096, 1024",
    "SharedPrefix, 2304, 256",
    "PrefillHeavy, 5000, 250",
    "DecodeHeavy, 100, 1000",
  })
  void hasThePublishedMeanLengths(String title, double input, double output) {
    Synthetic synthetic = Preset.named(title).orElseThrow().synthetic();
    assertThat(mean(draws(synthetic.inputTokens()))).isCloseTo(input, within(0.01 * input));
    assertThat(mean(draws(synthetic.outputTokens()))).isCloseTo(output, within(0.01 * output));
  }

  @Test
  void reasoningSpreadsAsPublished() {
    Synthetic synthetic = Preset.named("Reasoning").orElseThrow().synthetic();
    assertThat(deviation(draws(synthetic.inputTokens()))).isCloseTo(800, within(16.0));
    assertThat(deviation(draws(synthetic.outputTokens()))).isCloseTo(6500, within(130.0));
    LongSummaryStatistics lengths =
        LongStream.of(draws(synthetic.outputTokens())).summaryStatistics();
    assertThat(lengths.getMin()).isBetween(500L, 700L);
    assertThat(lengths.getMax()).isBetween(31_000L, 32_000L);
  }

  private static long[] draws(Distribution law) {
    SplittableRandom random = new SplittableRandom(11);
    return LongStream.generate(() -> Sampler.next(law, random)).limit(DRAWS).toArray();
  }

  private static double mean(long[] lengths) {
    return LongStream.of(lengths).average().orElseThrow();
  }

  private static double deviation(long[] lengths) {
    double mean = mean(lengths);
    return Math.sqrt(
        LongStream.of(lengths).mapToDouble(x -> (x - mean) * (x - mean)).average().orElseThrow());
  }
}
