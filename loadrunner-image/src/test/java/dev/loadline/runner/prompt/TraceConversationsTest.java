package dev.loadline.runner.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceConversationsTest {
  private static final String MOONCAKE =
      """
      {"timestamp": 0, "input_length": 1100, "output_length": 5, "hash_ids": [7, 8, 9]}
      {"timestamp": 10, "input_length": 1500, "output_length": 6, "hash_ids": [7, 8, 10]}
      {"timestamp": 20, "input_length": 600, "output_length": 7, "hash_ids": [11, 8]}
      {"timestamp": 30, "input_length": 1100, "output_length": 8, "hash_ids": [7, 8, 9]}
      """;

  @TempDir Path folder;

  @Test
  void promptsHaveTheTracesLengthsRoundAndRound() throws Exception {
    List<Prompt> prompts = take(source("Mooncake", MOONCAKE, Calibration.NONE, true), 0, 1, 6);

    assertThat(prompts)
        .extracting(Prompt::inputTokens)
        .containsExactly(1100, 1500, 600, 1100, 1100, 1500);
    assertThat(prompts).extracting(Prompt::outputTokens).containsExactly(5, 6, 7, 8, 5, 6);
    assertThat(prompts).allSatisfy(one -> assertThat(Texts.words(one)).hasSize(one.inputTokens()));
  }

  @Test
  void equalBlocksAreEqualWordsInAllShares() throws Exception {
    PromptSource source = source("Mooncake", MOONCAKE, Calibration.NONE, true);
    List<Prompt> even = take(source, 0, 2, 2);
    List<Prompt> odd = take(source, 1, 2, 2);
    List<String> first = Texts.words(even.get(0));
    List<String> second = Texts.words(odd.get(0));
    List<String> third = Texts.words(even.get(1));

    assertThat(first.subList(0, 1024)).isEqualTo(second.subList(0, 1024));
    assertThat(first.subList(1024, 1100)).isNotEqualTo(second.subList(1024, 1100));
    assertThat(third.subList(8, 512)).isNotEqualTo(first.subList(8, 512));
    assertThat(third.subList(512, 600)).isEqualTo(first.subList(512, 600));
    assertThat(third.subList(0, 8)).isEqualTo(first.subList(0, 8));
    assertThat(odd.get(1).messages()).isEqualTo(even.get(0).messages());
  }

  @Test
  void blocksThatWereSentBeforeMayComeFromTheCache() throws Exception {
    List<Prompt> prompts = take(source("Mooncake", MOONCAKE, Calibration.NONE, true), 0, 1, 4);

    assertThat(prompts).extracting(Prompt::reusableTokens).containsExactly(8, 1024, 8, 1100);
  }

  @Test
  void blocksAreAsLongInTheTargetsTokens() throws Exception {
    Calibration target =
        new Calibration(2, 100, OptionalDouble.of(0), 0, Calibration.Source.TOKENIZER);
    List<Prompt> prompts = take(source("Mooncake", MOONCAKE, target, false), 0, 1, 2);
    List<String> one = Texts.words(prompts.get(0));
    List<String> other = Texts.words(prompts.get(1));

    assertThat(one).hasSize(500);
    assertThat(one.subList(0, 462)).isEqualTo(other.subList(0, 462));
    assertThat(one.get(462) + one.get(463)).isNotEqualTo(other.get(462) + other.get(463));
  }

  @Test
  void whatHasNoBlocksIsDifferentEachTime() throws Exception {
    String lines = "{\"timestamp\": 1, \"input_tokens\": 64, \"output_tokens\": 3}\n";
    List<Prompt> prompts = take(source("JSONL", lines, Calibration.NONE, false), 0, 1, 50);

    assertThat(prompts.stream().map(Texts::of)).doesNotHaveDuplicates();
    assertThat(prompts).extracting(Prompt::reusableTokens).containsOnly(0);
  }

  @Test
  void aRunWithoutIsolationRepeatsItsPrompts() throws Exception {
    assertThat(take(source("Mooncake", MOONCAKE, Calibration.NONE, false), 0, 1, 4))
        .isEqualTo(take(source("Mooncake", MOONCAKE, Calibration.NONE, false), 0, 1, 4));
  }

  @Test
  void whatIsBeyondTheLimitIsNeverRead() throws Exception {
    Files.writeString(folder.resolve("trace"), MOONCAKE + "no\n");
    PromptSource source =
        new PromptSource(Plans.replay(workload("Mooncake", true), 3), Calibration.NONE, folder);

    assertThat(take(source, 0, 1, 7))
        .extracting(Prompt::outputTokens)
        .containsExactly(5, 6, 7, 5, 6, 7, 5);
  }

  private PromptSource source(
      String format, String content, Calibration calibration, boolean isolated) throws IOException {
    Files.writeString(folder.resolve("trace"), content);
    Workload workload = workload(format, isolated);
    return new PromptSource(Plans.of(workload, "nonce", "Chat"), calibration, folder);
  }

  private static Workload workload(String format, boolean isolated) {
    return new Workload(new Workload.Content.Trace("trace", format), Optional.empty(), isolated, 1);
  }

  private static List<Prompt> take(PromptSource source, int index, int shares, int count) {
    try (Conversations share = source.share(index, shares)) {
      return Stream.generate(() -> share.next().first()).limit(count).toList();
    }
  }
}
