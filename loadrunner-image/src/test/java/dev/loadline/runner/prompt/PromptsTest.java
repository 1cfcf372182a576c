package dev.loadline.runner.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Workload;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptsTest {
  private static final Workload CHAT =
      new Workload(
          new Workload.Content.Synthetic(
              new Distribution.Normal(512, 128, 1, 1024),
              new Distribution.Normal(256, 64, 16, 512),
              0,
              1),
          Optional.empty(),
          true,
          7);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 15, 16, 128, 8192})
  void aPromptHasAsManyWordsAsTokensAreWanted(int tokens) {
    Prompt prompt = prompts(fixed(tokens), "nonce", 1).next();

    assertThat(words(prompt)).hasSize(tokens).isSubsetOf(Words.all());
    assertThat(prompt.inputTokens()).isEqualTo(tokens);
    assertThat(prompt.outputTokens()).isEqualTo(64);
  }

  @Test
  void theSameSeedAsksForTheSameLengthsInEveryRun() {
    List<Prompt> one = take(prompts(CHAT, "one", 3), 200);
    List<Prompt> other = take(prompts(CHAT, "other", 3), 200);

    assertThat(lengths(one)).isEqualTo(lengths(other));
    assertThat(lengths(one)).isNotEqualTo(lengths(take(prompts(CHAT, "one", 4), 200)));
  }

  @Test
  void promptsOfOneRunBeginAlikeAndGoOnDifferently() {
    List<Prompt> prompts = take(prompts(fixed(64), "a run", 3), 100);

    assertThat(prompts.stream().map(prompt -> words(prompt).subList(0, 8)).distinct()).hasSize(1);
    assertThat(prompts.stream().map(prompt -> words(prompt).subList(8, 16)).distinct())
        .hasSize(100);
  }

  @Test
  void promptsOfDifferentRunsBeginDifferently() {
    List<List<String>> beginnings =
        IntStream.range(0, 1000)
            .mapToObj(run -> words(prompts(fixed(64), "run-" + run, 3).next()).subList(0, 8))
            .toList();

    assertThat(beginnings).doesNotHaveDuplicates();
  }

  @Test
  void wordsAreManyAndDifferent() {
    assertThat(Words.all()).hasSizeGreaterThan(400).doesNotHaveDuplicates();
    assertThat(Words.all()).allMatch(word -> word.matches("[a-z]{2,12}"));
  }

  @ParameterizedTest
  @CsvSource({
    // mean, stddev, min, max, expected mean, expected standard deviation
    "512, 128, 1, 100000, 512, 128",
    "512, 128, 384, 640, 512, 69.3",
    "100, 1000000, 51, 150, 100.5, 28.87",
    "10, 20, 10, 1000, 25.644, 12.146",
    "100, 0, 1, 1000, 100, 0",
    "100, 50, 100, 100, 100, 0"
  })
  void lengthsFollowTheTruncatedNormalDistribution(
      double mean, double stddev, int min, int max, double expectedMean, double expectedStddev) {
    SplittableRandom random = new SplittableRandom(11);
    Distribution length = new Distribution.Normal(mean, stddev, min, max);
    int[] drawn = IntStream.generate(() -> Lengths.next(length, random)).limit(20_000).toArray();
    IntSummaryStatistics summary = IntStream.of(drawn).summaryStatistics();
    double variance =
        IntStream.of(drawn)
            .mapToDouble(value -> (value - summary.getAverage()) * (value - summary.getAverage()))
            .average()
            .orElseThrow();

    assertThat(summary.getMin()).isGreaterThanOrEqualTo(min);
    assertThat(summary.getMax()).isLessThanOrEqualTo(max);
    double fourStandardErrors = 4 * expectedStddev / Math.sqrt(drawn.length) + 1e-9;
    assertThat(summary.getAverage()).isCloseTo(expectedMean, within(fourStandardErrors));
    assertThat(Math.sqrt(variance)).isCloseTo(expectedStddev, within(0.03 * expectedStddev + 1e-9));
  }

  private static Workload fixed(int tokens) {
    return new Workload(
        new Workload.Content.Synthetic(
            new Distribution.Fixed(tokens), new Distribution.Fixed(64), 0, 1),
        Optional.empty(),
        true,
        7);
  }

  private static Prompts prompts(Workload workload, String nonce, long seed) {
    return new Prompts(workload, nonce, seed);
  }

  private static List<String> words(Prompt prompt) {
    return List.of(prompt.text().split(" ", -1));
  }

  private static List<Prompt> take(Prompts prompts, int count) {
    return Stream.generate(prompts::next).limit(count).toList();
  }

  private static List<List<Integer>> lengths(List<Prompt> prompts) {
    return prompts.stream()
        .map(prompt -> List.of(prompt.inputTokens(), prompt.outputTokens()))
        .toList();
  }
}
