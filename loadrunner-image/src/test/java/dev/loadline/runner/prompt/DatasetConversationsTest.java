package dev.loadline.runner.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Distribution.Fixed;
import dev.loadline.runner.contract.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetConversationsTest {
  private static final String SHARE_GPT =
      """
      [
       {"id": "a", "conversations": [
         {"from": "human", "value": "one?"},
         {"from": "gpt", "value": "twelve bytes"},
         {"from": "human", "value": "two?"},
         {"from": "gpt", "value": "four"}]},
       {"id": "empty", "conversations": []},
       {"id": "split", "conversations": [{"from": "gpt", "value": "x"},
         {"from": "human", "value": "y"}, {"from": "gpt", "value": "z"}]},
       {"id": "open", "conversations": [{"from": "human", "value": "nobody answers"}]},
       {"id": "b", "conversations": [
         {"from": "system", "value": "be brief"},
         {"from": "user", "value": "three?"},
         {"from": "chatgpt", "value": "a"}]}
      ]
      """;

  private static final String LINES =
      """
      {"prompt": "one?", "output_tokens": 11}
      {"text": "two?", "max_tokens": 12}

      {"messages": [{"role": "system", "content": "be brief"}, \
      {"role": "user", "content": "three?"}, {"role": "assistant", "content": "yes"}, \
      {"role": "user", "content": [{"type": "text", "text": "fo"}, {"type": "text", "text": "ur?"}]}, \
      {"role": "assistant", "content": "twelve bytes"}]}
      """;

  @TempDir Path folder;

  @Test
  void sharegptAsksTheFirstTurnAndForAnAnswerAsLongAsTheRecordsOwn() throws Exception {
    Conversations share = share("ShareGPT", SHARE_GPT, Optional.empty(), false);
    Prompt one = share.next().first();
    Prompt other = share.next().first();

    assertThat(said(one)).containsExactly("USER one?");
    assertThat(one.outputTokens()).isEqualTo(3);
    assertThat(one.inputTokens()).isZero();
    assertThat(said(other)).containsExactly("SYSTEM be brief", "USER three?");
    assertThat(other.outputTokens()).isEqualTo(1);
    assertThat(said(share.next().first())).containsExactly("USER one?");
  }

  @Test
  void linesAskAllOfTheirMessagesUpToTheUsersLast() throws Exception {
    Conversations share = share("JSONL", LINES, Optional.empty(), false);
    List<Prompt> prompts = take(share, 4);

    assertThat(prompts).extracting(Prompt::outputTokens).containsExactly(11, 12, 3, 11);
    assertThat(said(prompts.get(0))).containsExactly("USER one?");
    assertThat(said(prompts.get(1))).containsExactly("USER two?");
    assertThat(said(prompts.get(2)))
        .containsExactly("SYSTEM be brief", "USER three?", "ASSISTANT yes", "USER four?");
    assertThat(said(prompts.get(3))).isEqualTo(said(prompts.get(0)));
  }

  @ParameterizedTest
  @CsvSource({"ShareGPT", "JSONL"})
  void inTurnsTheModelsOwnAnswersStandInTheHistory(String format) throws Exception {
    String content =
        format.equals("JSONL")
            ? "{\"messages\": [{\"role\": \"user\", \"content\": \"one?\"},"
                + "{\"role\": \"assistant\", \"content\": \"twelve bytes\"},"
                + "{\"role\": \"user\", \"content\": \"two?\"},"
                + "{\"role\": \"assistant\", \"content\": \"four\"}]}"
            : SHARE_GPT;
    Conversation conversation = share(format, content, Optional.empty(), true).next();
    conversation.first();
    Prompt second = conversation.next(new Answer("mine", OptionalInt.of(20), 2)).orElseThrow();

    assertThat(said(second)).containsExactly("USER one?", "ASSISTANT mine", "USER two?");
    assertThat(second.outputTokens()).isEqualTo(1);
    assertThat(second.reusableTokens()).isEqualTo(22);
    assertThat(conversation.next(new Answer("end", OptionalInt.of(30), 2))).isEmpty();
  }

  @Test
  void theForcedLengthIsThatOfEveryAnswer() throws Exception {
    Conversations share = share("ShareGPT", SHARE_GPT, Optional.of(new Fixed(77)), false);
    List<Prompt> prompts = take(share, 3);

    assertThat(prompts).extracting(Prompt::outputTokens).containsOnly(77);
    assertThat(said(prompts.get(1))).containsExactly("USER nobody answers");
  }

  @Test
  void sharesTakeTurnsRoundAndRound() throws Exception {
    PromptSource source = source("JSONL", LINES, Optional.empty(), false, "Chat", false);
    Conversations even = source.share(0, 2);
    Conversations odd = source.share(1, 2);

    assertThat(take(even, 6))
        .extracting(Prompt::outputTokens)
        .containsExactly(11, 3, 12, 11, 3, 12);
    assertThat(take(odd, 6)).extracting(Prompt::outputTokens).containsExactly(12, 11, 3, 12, 11, 3);
    assertThat(take(source.share(6, 7), 3))
        .extracting(Prompt::outputTokens)
        .containsExactly(11, 12, 3);
  }

  @Test
  void aRecordThatIsSentAgainMayComeFromTheCacheAsAWhole() throws Exception {
    List<Prompt> prompts = take(share("JSONL", LINES, Optional.empty(), false), 5);

    assertThat(prompts.get(0).reusableTokens()).isZero();
    assertThat(prompts.get(2).reusableTokens()).isEqualTo(3);
    assertThat(prompts.get(3).reusableTokens()).isEqualTo(2);
  }

  @Test
  void theNonceStandsBeforeTheFirstMessage() throws Exception {
    PromptSource source = source("JSONL", LINES, Optional.empty(), false, "Chat", true);
    List<Prompt> prompts = take(source.share(0, 1), 3);

    assertThat(said(prompts.get(0)).getFirst()).matches("USER ([a-z]+ ){7}[a-z]+\\\\n\\\\none\\?");
    assertThat(said(prompts.get(2)).getFirst())
        .matches("SYSTEM ([a-z]+ ){7}[a-z]+\\\\n\\\\nbe brief");
    assertThat(said(prompts.get(2)).get(1)).isEqualTo("USER three?");
    assertThat(prompts.get(0).reusableTokens()).isEqualTo(8);
  }

  @Test
  void oneTextHasItsMessagesInParagraphs() throws Exception {
    PromptSource source = source("JSONL", LINES, Optional.empty(), false, "Completions", false);

    assertThat(Texts.of(take(source.share(0, 1), 3).get(2)))
        .isEqualTo("be brief\\n\\nthree?\\n\\nyes\\n\\nfour?");
  }

  @Test
  void problemsAreToldWithTheirLineAndWithoutTheText() throws Exception {
    assertThat(
            problems(
                "JSONL",
                """
                {"prompt": "secret", "output_tokens": 11}
                secret
                ["secret"]
                {"prompt": "secret"}
                {"messages": "secret"}
                {"messages": [{"role": "secret", "content": "secret"}]}
                {"messages": [{"role": "user", "content": 7}]}
                {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}
                {"messages": [{"role": "assistant", "content": "secret"}]}
                {"prompt": "secret", "output_tokens": 0}
                {"prompt": ""}
                {"prompt": "secret", "max_tokens": 5} secret
                """))
        .containsExactly(
            "data:2: the line is no JSON, write one JSON object a line",
            "data:3: the record is no JSON object, write each as {…}",
            "data:4: the answer's length is not known, add output_tokens or set the dataset's"
                + " outputTokens",
            "data:5: \"messages\" is no list, give a list of messages",
            "data:6: a message's \"role\" is not known, use system, user or assistant",
            "data:7: a message's \"content\" is no text, give one",
            "data:8: a message has a part that is no text, leave it out",
            "data:9: no message is the user's, add one with the role user",
            "data:10: \"output_tokens\" must be a whole number from 1 to 10000000",
            "data:11: there is nothing to send, add messages, or a text as prompt or text",
            "data:12: the line is no JSON, write one JSON object a line");
  }

  @Test
  void problemsOfAnArrayAreToldUpToItsFirstError() throws Exception {
    assertThat(
            problems(
                "ShareGPT",
                """
                [{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},
                 {"id": 1},
                 {"conversations": [{"from": "nobody", "value": "a"}]},
                 {"conversations": [{"from": "human", "value": 1}]},
                 {"conversations": [}
                 {"id": 1}]
                """))
        .containsExactly(
            "data:2: \"conversations\" is no list, give a list of messages",
            "data:3: a message's \"from\" is not known, use system, user or assistant",
            "data:4: a message's \"value\" is no text, give one",
            "data:5: from here on it is no JSON, correct it; what follows was not looked at");
  }

  @Test
  void noMoreThanTwentyProblemsAreTold() throws Exception {
    assertThat(problems("JSONL", "no\n".repeat(50))).hasSize(20);
  }

  @Test
  void aFileWithoutUseIsRefused() throws Exception {
    assertThat(problems("JSONL", "\n"))
        .containsExactly(
            "data: none of its 0 records can be sent, give one with a question and an answer's"
                + " length");
    assertThat(problems("ShareGPT", "{\"conversations\": []}"))
        .containsExactly("data:1: the file is no JSON array, give one or name the format JSONL");
    assertThat(problems("ShareGPT", "[{\"conversations\": []}]").getFirst())
        .startsWith("data: none of its 1 records can be sent");
    Files.delete(folder.resolve("data"));
    assertThat(PromptSource.problems(workload("JSONL", Optional.empty(), false, false), folder))
        .containsExactly("data: the file cannot be opened, check its name and that it is mounted");
  }

  @Test
  void aLineThatDoesNotEndIsNotReadIntoMemory() throws Exception {
    String longLine = "{\"prompt\": \"" + "x".repeat(DatasetReader.LONGEST_LINE) + "\"}\n";

    assertThat(problems("JSONL", longLine + "{\"prompt\": \"a\", \"max_tokens\": 1}\nno\n"))
        .containsExactly(
            "data:1: the line is longer than 16 MiB, shorten it",
            "data:3: the line is no JSON, write one JSON object a line");
  }

  private List<String> problems(String format, String content) throws IOException {
    Files.writeString(folder.resolve("data"), content);
    return PromptSource.problems(workload(format, Optional.empty(), false, false), folder);
  }

  private Conversations share(
      String format, String content, Optional<Distribution> output, boolean inTurns)
      throws IOException {
    return source(format, content, output, inTurns, "Chat", false).share(0, 1);
  }

  private PromptSource source(
      String format,
      String content,
      Optional<Distribution> output,
      boolean inTurns,
      String api,
      boolean isolated)
      throws IOException {
    Files.writeString(folder.resolve("data"), content);
    Workload workload = workload(format, output, inTurns, isolated);
    assertThat(PromptSource.problems(workload, folder)).isEmpty();
    return new PromptSource(Plans.of(workload, "nonce", api), Calibration.NONE, folder);
  }

  private static Workload workload(
      String format, Optional<Distribution> output, boolean inTurns, boolean isolated) {
    Workload.Turns turns = new Workload.Turns(new Fixed(9), Optional.empty(), new Fixed(0));
    return new Workload(
        new Workload.Content.Dataset("data", format, output),
        Optional.of(turns).filter(_ -> inTurns),
        isolated,
        1);
  }

  private static List<Prompt> take(Conversations share, int count) {
    return Stream.generate(() -> share.next().first()).limit(count).toList();
  }

  private static List<String> said(Prompt prompt) {
    return prompt.messages().stream()
        .map(message -> message.role() + " " + Texts.of(message.text()))
        .toList();
  }
}
