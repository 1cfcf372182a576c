package dev.loadline.runner.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceSummaryTest {
  private static final String AZURE = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  private static final String BURST_GPT =
      "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n";

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("trace.txt");
  }

  /** Lines of the published file. */
  @Test
  void readsAnAzureTrace() {
    String text =
        AZURE
            + "2023-11-16 18:17:03.9799600,4808,10\n"
            + "2023-11-16 18:17:04.0319600,3180,8\n"
            + "2023-11-16 18:17:04.0781490,110,27\n"
            + "2023-11-16 18:17:04.1206440,7433,14\n";

    assertThat(records(TraceFormat.AZURE, text))
        .containsExactly(
            plain(0, 4808, 10),
            plain(52_000_000, 3180, 8),
            plain(98_189_000, 110, 27),
            plain(140_684_000, 7433, 14));
    assertThat(summary(TraceFormat.AZURE, text))
        .isEqualTo(new TraceSummary(4, 0, 140_684_000, List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "2024-05-12 00:00:00,            2024-05-12 00:00:01.5,       1500000000",
    "2024-05-12 00:00:00+00:00,      2024-05-12 02:00:00+01:00,   3600000000000",
    "2023-12-31 23:59:59.999999999,  2024-01-01 00:00:00,         1",
    "2024-02-28 23:59:59,            2024-03-01 00:00:00,         86401000000000"
  })
  void readsDatesOfAzure(String first, String second, long offset) {
    assertThat(records(TraceFormat.AZURE, AZURE + first + ",1,1\n" + second + ",1,1\n").getLast())
        .isEqualTo(plain(offset, 1, 1));
  }

  /** Lines of the published files; of the last two one failed and one asked for nothing. */
  @Test
  void readsBurstGptTracesOfBothKindsAndSkipsFailures() {
    String old =
        BURST_GPT
            + "5,ChatGPT,472,18,490,Conversation log\n"
            + "45,ChatGPT,1087,230,1317,Conversation log\n"
            + "118,GPT-4,417,276,693,Conversation log\n"
            + "120,GPT-4,300,0,300,API log\n"
            + "121,GPT-4,0,20,20,API log\n";
    assertThat(records(TraceFormat.BURST_GPT, old))
        .containsExactly(
            plain(0, 472, 18),
            plain(40_000_000_000L, 1087, 230),
            plain(113_000_000_000L, 417, 276));
    assertThat(summary(TraceFormat.BURST_GPT, old))
        .isEqualTo(new TraceSummary(3, 2, 113_000_000_000L, List.of()));

    String sessions =
        "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log"
            + " Type\n"
            + "19440110.0,1722ac82-0a46-4bf0-aa08-89794e7a2b3f,43,GPT-4,906,446,1352,Conversation"
            + " log\n"
            + "19440161.0,d5983bf9-4b48-497b-892b-a58995247443,2,ChatGPT,36,29,65,Conversation"
            + " log\n";
    assertThat(records(TraceFormat.BURST_GPT, sessions))
        .containsExactly(plain(0, 906, 446), plain(51_000_000_000L, 36, 29));
  }

  @Test
  void offsetsBeginWithTheFirstRequestThatDidNotFail() {
    assertThat(records(TraceFormat.BURST_GPT, BURST_GPT + "1,m,9,0,9,l\n5.5,m,9,1,10,l\n"))
        .containsExactly(plain(0, 9, 1));
  }

  /** Lines of the published file. */
  @Test
  void readsAMooncakeTraceWithItsBlocks() {
    String text =
        """
        {"timestamp": 0, "input_length": 2290, "output_length": 316, "hash_ids": [0, 42, 43, 44, 45]}
        {"timestamp": 3000, "input_length": 915, "output_length": 355, "hash_ids": [0, 462]}
        {"timestamp": 5999, "input_length": 1053, "output_length": 26, "hash_ids": [0, 773, 774]}
        """;

    assertThat(records(TraceFormat.MOONCAKE, text))
        .containsExactly(
            new TraceRecord(0, 2290, 316, List.of(0L, 42L, 43L, 44L, 45L)),
            new TraceRecord(3_000_000_000L, 915, 355, List.of(0L, 462L)),
            new TraceRecord(5_999_000_000L, 1053, 26, List.of(0L, 773L, 774L)));
  }

  @Test
  void readsOwnLinesAndPassesOverOtherFields() {
    String text =
        """
        {"timestamp": 1753660800.25, "input_tokens": 7, "output_tokens": 3}
        {"messages": [{"timestamp": 1}], "output_tokens": 5, "x": {"input_tokens": 0}, "input_tokens": 9, "timestamp": 1753660800.250000001}
        """;

    assertThat(records(TraceFormat.JSONL, text)).containsExactly(plain(0, 7, 3), plain(1, 9, 5));
  }

  @Test
  void readsWhatSpreadsheetsWrite() {
    String text =
        String.join(
            "\r\n",
            "\uFEFF",
            "\"GeneratedTokens\", \"TIMESTAMP\",\"a \"\"note\"\", quoted\",ContextTokens",
            "",
            " 8 ,\"2023-11-16 18:17:03\",\"a, b\",\"4808\"",
            "   ",
            "9,2023-11-16 18:17:04,,17");

    assertThat(records(TraceFormat.AZURE, text))
        .containsExactly(plain(0, 4808, 8), plain(1_000_000_000, 17, 9));
  }

  @Test
  void readsNoMoreThanTheLimit() {
    String text = BURST_GPT + "1,m,9,0,9,l\n2,m,9,1,10,l\n3,m,9,2,11,l\nnonsense\n";

    assertThat(summary(TraceFormat.BURST_GPT, text, OptionalLong.of(2)))
        .isEqualTo(new TraceSummary(2, 1, 1_000_000_000, List.of()));
    assertThat(summary(TraceFormat.BURST_GPT, text, OptionalLong.of(3)).problems()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x,1,1                    | \"TIMESTAMP\" is no date and time, write it as 2023-11-16"
            + " 18:15:46.68059",
        "2023-02-29 00:00:00,1,1  | \"TIMESTAMP\" is no date and time, write it as 2023-11-16"
            + " 18:15:46.68059",
        "1969-12-31 23:59:59,1,1  | the time is negative, give one from 0 on",
        "2262-12-31 23:59:59,1,1  | the time is too large, check its unit",
        "2023-11-16 18:15:46,1.5,1 | \"ContextTokens\" is not a whole number, give a number of"
            + " tokens",
        "2023-11-16 18:15:46,1,   | \"GeneratedTokens\" is not a whole number, give a number of"
            + " tokens",
        "2023-11-16 18:15:46,0,1  | the length of the prompt is 0 tokens, give 1 to 10000000",
        "2023-11-16 18:15:46,1,-3 | the length of the answer is -3 tokens, give 1 to 10000000",
        "2023-11-16 18:15:46,10000001,1 | the length of the prompt is 10000001 tokens, give 1 to"
            + " 10000000",
        "2023-11-16 18:15:46,1    | the line has fewer columns than the header, complete it",
        "2023-11-16 18:15:46,1,\"1 | the line is not comma-separated values, close its quotes"
      })
  void saysWhatIsWrongWithALineOfAzure(String line, String problem) {
    assertThat(summary(TraceFormat.AZURE, AZURE + line).problems())
        .containsExactly("trace.txt:2: " + problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc", "NaN", "1e9999999999", "--1"})
  void aTimeOfBurstGptIsANumber(String time) {
    assertThat(summary(TraceFormat.BURST_GPT, BURST_GPT + time + ",m,1,1,2,l").problems())
        .containsExactly("trace.txt:2: \"Timestamp\" is not a number, give seconds");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[1]                               | the line is not a JSON object, write one object a"
            + " line",
        "{\"timestamp\": 1                 | the line is not JSON, write one JSON object a line",
        "{'secret prompt': 1}              | the line is not JSON, write one JSON object a line",
        "{} {}                             | \"timestamp\" is missing, add it",
        "{\"timestamp\":1,\"input_length\":1,\"output_length\":1} {} | something follows the JSON"
            + " object, write one object a line",
        "{\"timestamp\":1,\"input_length\":1}       | \"output_length\" is missing, add it",
        "{\"timestamp\":\"1\"}             | \"timestamp\" is not a number, give one",
        "{\"timestamp\":-1}                | the time is negative, give one from 0 on",
        "{\"timestamp\":1e999999999}       | the time is too large, check its unit",
        "{\"timestamp\":1e2147483647}      | the time is too large, check its unit",
        "{\"timestamp\":1e-2147483647}     | \"input_length\" is missing, add it",
        "{\"timestamp\":0e2147483647}      | \"input_length\" is missing, add it",
        "{\"timestamp\":1e21474836480}     | \"timestamp\" is not a number, give one",
        "{\"timestamp\":9223372036854.775807} | \"input_length\" is missing, add it",
        "{\"timestamp\":9223372036854.775808} | the time is too large, check its unit",
        "{\"input_length\":1.5}            | \"input_length\" is not a whole number, give one",
        "{\"input_length\":null}           | \"input_length\" is not a whole number, give one",
        "{\"input_length\":99999999999999999999} | \"input_length\" is not a whole number, give"
            + " one",
        "{\"hash_ids\":7}                  | \"hash_ids\" is not a list, give a list of whole"
            + " numbers",
        "{\"hash_ids\":[1,\"a\"]}          | \"hash_ids\" is not a whole number, give one",
        "{\"timestamp\":1,\"input_length\":512,\"output_length\":1,\"hash_ids\":[1,2]} | a prompt"
            + " of 512 tokens has 1 blocks of 512 tokens but there are 2 hashes, give one a block"
      })
  void saysWhatIsWrongWithALineOfMooncake(String line, String problem) {
    assertThat(summary(TraceFormat.MOONCAKE, line).problems())
        .containsExactly("trace.txt:1: " + problem);
  }

  @Test
  void namesTheColumnsThatTheHeaderLacks() {
    assertThat(summary(TraceFormat.AZURE, "TIMESTAMP,Context\n1,2\n").problems())
        .containsExactly(
            "trace.txt:1: the header lacks the column \"ContextTokens\" and \"GeneratedTokens\","
                + " name the columns in the first line or choose the trace's own format");
  }

  @Test
  void refusesATraceOutOfOrderAndNamesEachStepBack() {
    String text =
        """
        {"timestamp": 3, "input_tokens": 1, "output_tokens": 1}
        {"timestamp": 2, "input_tokens": 1, "output_tokens": 1}
        {"timestamp": 2, "input_tokens": 1, "output_tokens": 1}
        {"timestamp": 1.999999999, "input_tokens": 1, "output_tokens": 1}
        """;

    assertThat(summary(TraceFormat.JSONL, text).problems())
        .containsExactly(
            "trace.txt:2: the record is earlier than the one before it, sort the trace by time",
            "trace.txt:4: the record is earlier than the one before it, sort the trace by time");
  }

  @Test
  void refusesALineThatIsTooLongAndReadsOn() {
    String longest = "{\"timestamp\":1,\"input_tokens\":1,\"output_tokens\":1,\"x\":\"\"}";
    String fits =
        longest.replace("\"\"", "\"" + "x".repeat(Lines.LONGEST - longest.length()) + "\"");
    String tooLong = fits.replace("\"x\":", "\"x\": ");

    TraceSummary summary = summary(TraceFormat.JSONL, fits + "\n" + tooLong + "\n[]\n" + fits);

    assertThat(fits).hasSize(1 << 20);
    assertThat(summary.records()).isEqualTo(2);
    assertThat(summary.problems())
        .containsExactly(
            "trace.txt:2: the line is longer than 1 MiB, shorten it",
            "trace.txt:3: the line is not a JSON object, write one object a line");
  }

  @Test
  void refusesWhatIsNotUtf8() throws IOException {
    Files.writeString(file, BURST_GPT + "1,ä,1,1,2,l\n", StandardCharsets.ISO_8859_1);

    assertThat(TraceSummary.of(file, TraceFormat.BURST_GPT, OptionalLong.empty()).problems())
        .containsExactly("trace.txt:2: the line is not UTF-8, convert the file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", AZURE, "\uFEFF"})
  void refusesATraceWithoutARecord(String text) {
    assertThat(summary(TraceFormat.AZURE, text).problems())
        .containsExactly("trace.txt: there is no record, give a trace with at least one");
  }

  @Test
  void refusesATraceOfFailuresAlone() {
    assertThat(summary(TraceFormat.BURST_GPT, BURST_GPT + "1,m,9,0,9,l\n"))
        .isEqualTo(
            new TraceSummary(
                0, 1, 0, List.of("trace.txt: there is no record, give a trace with at least one")));
  }

  @Test
  void refusesAFileThatIsNotThereOrIsAFolder() {
    assertThat(TraceSummary.of(file, TraceFormat.JSONL, OptionalLong.empty()).problems())
        .containsExactly(
            "trace.txt: the file cannot be opened, check its name and that it is mounted");
    assertThat(TraceSummary.of(folder, TraceFormat.AZURE, OptionalLong.empty()).problems())
        .containsExactly(
            folder.getFileName() + ": the file cannot be read, check that it is a readable file");
  }

  @Test
  void listsTwentyProblemsAndCountsTheOthers() {
    String text =
        AZURE
            + "2023-11-16 18:17:03,1,1\n"
            + IntStream.range(0, 40).mapToObj(i -> "x,1,1\n").collect(Collectors.joining());

    List<String> problems = summary(TraceFormat.AZURE, text).problems();

    assertThat(problems).hasSize(21);
    assertThat(problems.getFirst()).startsWith("trace.txt:3: ");
    assertThat(problems.get(19)).startsWith("trace.txt:22: ");
    assertThat(problems.getLast()).isEqualTo("trace.txt: … and 20 more");
  }

  @Test
  void asksWhetherTheFormatIsRightWhereNoRecordCanBeRead() {
    assertThat(summary(TraceFormat.MOONCAKE, AZURE + "2023-11-16 18:17:03,1,1\n").problems())
        .containsExactly(
            "trace.txt: no record can be read, is the format Mooncake right?",
            "trace.txt:1: the line is not JSON, write one JSON object a line",
            "trace.txt:2: the line is not JSON, write one JSON object a line");
  }

  @Test
  void problemsNeverContainTheLinesText() {
    String text = "{\"secret prompt\": secret}\n{\"timestamp\": \"secret\"}\nsecret\n{\"secret\n";

    assertThat(summary(TraceFormat.JSONL, text).problems())
        .hasSize(5)
        .noneMatch(problem -> problem.contains("secret"));
  }

  @Test
  void aReaderThrowsWhatTheSummaryLists() {
    write("{\"timestamp\": 1}\n");
    try (TraceReader reader = TraceReader.open(file, TraceFormat.JSONL, OptionalLong.empty())) {
      assertThatThrownBy(reader::next)
          .isInstanceOf(TraceException.class)
          .hasMessage("trace.txt:1: \"input_tokens\" is missing, add it");
      assertThat(reader.next()).isEmpty();
    }
  }

  @Test
  void aFormatHasTheNameOfThePlan() {
    assertThat(TraceFormat.named("Azure")).hasValue(TraceFormat.AZURE);
    assertThat(TraceFormat.named("BurstGPT")).hasValue(TraceFormat.BURST_GPT);
    assertThat(TraceFormat.named("Mooncake")).hasValue(TraceFormat.MOONCAKE);
    assertThat(TraceFormat.named("JSONL")).hasValue(TraceFormat.JSONL);
    assertThat(TraceFormat.named("azure")).isEmpty();
  }

  private static TraceRecord plain(long offsetNanos, int inputTokens, int outputTokens) {
    return new TraceRecord(offsetNanos, inputTokens, outputTokens, List.of());
  }

  private TraceSummary summary(TraceFormat format, String text) {
    return summary(format, text, OptionalLong.empty());
  }

  private TraceSummary summary(TraceFormat format, String text, OptionalLong limit) {
    write(text);
    return TraceSummary.of(file, format, limit);
  }

  private List<TraceRecord> records(TraceFormat format, String text) {
    write(text);
    List<TraceRecord> records = new ArrayList<>();
    try (TraceReader reader = TraceReader.open(file, format, OptionalLong.empty())) {
      for (Optional<TraceRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
        records.add(next.get());
      }
    }
    return records;
  }

  private void write(String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
