package dev.loadline.runner.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Distribution.Fixed;
import dev.loadline.runner.contract.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    Prompt second =
        conversation.next(new Answer("mine", OptionalInt.of(20), OptionalInt.of(2))).orElseThrow();

    assertThat(said(second)).containsExactly("USER one?", "ASSISTANT mine", "USER two?");
    assertThat(second.outputTokens()).isEqualTo(1);
    assertThat(second.reusableTokens()).isEqualTo(22);
    assertThat(conversation.next(new Answer("end", OptionalInt.of(30), OptionalInt.of(2))))
        .isEmpty();
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
    assertThat(prompts.get(2).reusableTokens()).isZero();
    assertThat(prompts.get(3).reusableTokens()).isEqualTo(2);
  }

  @Test
  void whatRecordsBeginWithAlikeMayComeFromTheCacheOnceItWasSent() throws Exception {
    String alike = "As in these examples: " + "two and two are four. ".repeat(29);
    String lines =
        IntStream.range(0, 6)
            .mapToObj(i ->
                "{\"prompt\": \"%s%s\", \"max_tokens\": 1}%n"
                    .formatted(i == 3 ? "x" : alike, (i + ". ").repeat(200)))
            .collect(Collectors.joining());
    List<Prompt> prompts = take(share("JSONL", lines, Optional.empty(), false), 6);
    int whole = alike.length() / 64 * 64;

    assertThat(whole).isEqualTo(640);
    assertThat(prompts)
        .extracting(Prompt::reusableTokens)
        .containsExactly(0, 214, 214, 0, 214, 214);
  }

  @Test
  void aLongBeginningIsKnownWhenItHasComeAFewTimes() {
    SentBeginnings sent = new SentBeginnings();
    List<Message> first = List.of(Message.user("word ".repeat(4_000)));
    for (int known : new int[] {0, 4_096, 12_288, 19_968, 19_968}) {
      assertThat(sent.add(first)).isEqualTo(known);
    }
    assertThat(sent.add(List.of(new Message(Role.SYSTEM, first.getFirst().text())))).isZero();
  }

  @Test
  void theTemplateMayComeFromTheCache() throws Exception {
    share("JSONL", LINES, Optional.empty(), false);
    Calibration target =
        new Calibration(1.5, 70.2, OptionalDouble.of(0), 0, Calibration.Source.USAGE);
    Workload workload = workload("JSONL", Optional.empty(), false, true);
    PromptSource source = new PromptSource(Plans.of(workload, "nonce", "Chat"), target, folder);

    assertThat(source.share(0, 1).next().first().reusableTokens()).isEqualTo(12 + 71);
  }

  @Test
  void anAnswerWithoutALengthMayComeFromTheCacheAsAWhole() throws Exception {
    Conversation conversation = share("ShareGPT", SHARE_GPT, Optional.empty(), true).next();
    conversation.first();
    Answer answer = new Answer("ten bytes.", OptionalInt.of(20), OptionalInt.empty());

    assertThat(conversation.next(answer).orElseThrow().reusableTokens()).isEqualTo(24);
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
                {"prompt": " \\t"}
                {"messages": [{"role": "user", "content": ""}]}
                {"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": " \\n"}]}
                {"prompt": "secret", "max_tokens": 5} secret
                """))
        .containsExactly(
            "data:2: the line is not JSON, write one JSON object a line",
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
            "data:12: there is nothing to send, add messages, or a text as prompt or text",
            "data:13: the user's last message is blank, write what is asked",
            "data:14: the user's last message is blank, write what is asked",
            "data:15: the line is not JSON, write one JSON object a line");
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
            "data:2: record 2: \"conversations\" is no list, give a list of messages",
            "data:3: record 3: a message's \"from\" is not known, use system, human or gpt",
            "data:4: record 4: a message's \"value\" is no text, give one",
            "data:5: record 5: from here on it is not JSON, correct it; what follows was not looked"
                + " at");
  }

  @Test
  void twentyProblemsAreToldAndTheOthersCounted() throws Exception {
    String good = "{\"prompt\": \"a\", \"max_tokens\": 1}\n";
    assertThat(problems("JSONL", good + "no\n".repeat(20))).hasSize(20);
    assertThat(problems("JSONL", good + "no\n".repeat(40) + good))
        .hasSize(21)
        .endsWith(
            "data:21: the line is not JSON, write one JSON object a line", "data: … and 20 more");
  }

  @Test
  void aFileOfAnotherFormatIsAskedAbout() throws Exception {
    assertThat(problems("JSONL", "a,b\n1,2\n"))
        .containsExactly(
            "data: no record can be read, is the format JSONL right?",
            "data:1: the line is not JSON, write one JSON object a line",
            "data:2: the line is not JSON, write one JSON object a line");
    assertThat(problems("ShareGPT", "[{\"messages\": []}, {\"messages\": []}]"))
        .containsExactly(
            "data: no record can be read, is the format ShareGPT right?",
            "data:1: record 1: \"conversations\" is no list, give a list of messages",
            "data:1: record 2: \"conversations\" is no list, give a list of messages");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u007fELF\u00ff",
        "\u0000\u0000\u0001\u0002\u0003\u00ff",
        "[{\"conversations\": \"\u00e4\"}]"
      })
  void aBinaryFileIsNotUtf8(String content) throws Exception {
    Files.writeString(folder.resolve("data"), content, StandardCharsets.ISO_8859_1);
    assertThat(summary(workload("JSONL", Optional.empty(), false, false)).problems())
        .containsExactly("data:1: the line is not UTF-8, convert the file");
    assertThat(summary(workload("ShareGPT", Optional.empty(), false, false)).problems())
        .singleElement()
        .asString()
        .startsWith("data:1: ")
        .endsWith("the file is not UTF-8, convert it; what follows was not looked at");
  }

  @Test
  void aFileWithoutUseIsRefused() throws Exception {
    assertThat(problems("JSONL", "\n")).containsExactly("data: there is no record in it");
    assertThat(problems("ShareGPT", "{\"conversations\": []}"))
        .containsExactly("data:1: the file is no JSON array, give one or name the format JSONL");
    assertThat(problems("ShareGPT", "[{\"conversations\": []}]").getFirst())
        .startsWith("data: none of its 1 records can be sent");
    assertThat(problems("ShareGPT", "[" + answered("") + "]").getFirst())
        .startsWith("data: none of its 1 records can be sent");
    Files.delete(folder.resolve("data"));
    assertThat(summary(workload("JSONL", Optional.empty(), false, false)).problems())
        .containsExactly("data: the file cannot be opened, check its name and that it is mounted");
  }

  @Test
  void aLineThatDoesNotEndIsNotReadIntoMemory() throws Exception {
    String longLine = "{\"prompt\": \"" + "x".repeat(DatasetReader.LONGEST) + "\"}\n";

    assertThat(problems("JSONL", longLine + "{\"prompt\": \"a\", \"max_tokens\": 1}\nno\n"))
        .containsExactly(
            "data:1: the line is longer than 16 MiB, shorten it",
            "data:3: the line is not JSON, write one JSON object a line");
  }

  @Test
  void anElementThatIsNoObjectIsPassedByAndOneThatDoesNotEndIsNotReadIntoMemory() throws Exception {
    String fits =
        ("{\"conversations\": [{\"from\": \"human\", \"value\": \"%s\"},"
                + " {\"from\": \"gpt\", \"value\": \"b\"}]}")
            .formatted("x".repeat(DatasetReader.LONGEST - 20_000));
    String part = "\"" + "x".repeat(1 << 20) + "\",\n";
    String list = "[" + part.repeat(20) + "1]";
    String endless = "{\"notes\": [" + part.repeat(20) + "1]}";

    assertThat(problems("ShareGPT", "[" + list + ",\n7,\n" + fits + ",\n" + endless + "]"))
        .containsExactly(
            "data:1: record 1: the record is no JSON object, write each as {…}",
            "data:22: record 2: the record is no JSON object, write each as {…}",
            "data:24: record 4: the record is longer than 16 MiB, shorten it; what follows was not"
                + " looked at");
  }

  @Test
  void recordsThatArePassedOverAreCountedAndTheOthersMeasured() throws Exception {
    share("ShareGPT", SHARE_GPT, Optional.empty(), false);
    DatasetSummary summary = summary(workload("ShareGPT", Optional.empty(), false, false));

    assertThat(summary.records()).isEqualTo(2);
    assertThat(summary.passedOver()).isEqualTo(3);
    assertThat(summary.meanBytes()).isEqualTo((4 + 12 + 8 + 6 + 1) / 2);
  }

  @Test
  void aBlankQuestionIsPassedOver() throws Exception {
    String records = answered("a") + "," + answered("") + "," + answered(" \\t\\n");
    share("ShareGPT", "[" + records + "]", Optional.empty(), true);

    assertThat(summary(workload("ShareGPT", Optional.empty(), true, false)).passedOver())
        .isEqualTo(2);
  }

  private static String answered(String question) {
    return ("{\"conversations\": [{\"from\": \"human\", \"value\": \"%s\"},"
            + " {\"from\": \"gpt\", \"value\": \"b\"}]}")
        .formatted(question);
  }

  private DatasetSummary summary(Workload workload) {
    return DatasetSummary.of(
        folder.resolve("data"), workload, (Workload.Content.Dataset) workload.content());
  }

  private List<String> problems(String format, String content) throws IOException {
    Files.writeString(folder.resolve("data"), content);
    return summary(workload(format, Optional.empty(), false, false)).problems();
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
    assertThat(summary(workload).problems()).isEmpty();
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
