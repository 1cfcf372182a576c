package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.drive.Clocks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where results, figures and log lines go. */
class OutputTest {
  private static final Clocks CLOCKS = new Clocks(() -> 0, () -> Instant.ofEpochMilli(1234));
  private static final RunResult FIRST =
      NoLoad.result(Outcome.TARGET_UNREACHABLE, "Nothing answers.", CLOCKS);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @Test
  void theFirstResultIsWrittenAndNoOther() throws IOException {
    Path file = folder.resolve("termination-log");
    ResultOutput output = new ResultOutput(Optional.of(file), out, PATIENCE);

    output.write(FIRST);
    output.write(NoLoad.result(Outcome.STOPPED, "Too late.", CLOCKS));

    assertThat(ResultCodec.decode(Files.readString(file)))
        .isEqualTo(new ResultCodec.Decoded.Read(FIRST));
    assertThat(output.written()).contains(Outcome.TARGET_UNREACHABLE);
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(ContractJson.write(FIRST));
  }

  @Test
  void aResultCountsAsWrittenOnceItIsAndWhoComesSecondWaitsForIt() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    PrintStream slow =
        new PrintStream(printed, true, StandardCharsets.UTF_8) {
          @Override
          public void println(String line) {
            began.countDown();
            assertThat(await(goOn)).isTrue();
            super.println(line);
          }
        };
    ResultOutput output = new ResultOutput(Optional.empty(), slow, Duration.ofSeconds(60));
    CompletableFuture<Void> first = CompletableFuture.runAsync(() -> output.write(FIRST));
    assertThat(await(began)).isTrue();
    assertThat(output.written()).isEmpty();
    CompletableFuture<Void> second =
        CompletableFuture.runAsync(
            () -> output.write(NoLoad.result(Outcome.STOPPED, "Too late.", CLOCKS)));
    assertThat(second).isNotDone();
    goOn.countDown();
    CompletableFuture.allOf(first, second).get(60, TimeUnit.SECONDS);

    assertThat(output.written()).contains(Outcome.TARGET_UNREACHABLE);
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(ContractJson.write(FIRST));
  }

  @Test
  void whoComesSecondDoesNotWaitForEver() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    PrintStream stuck =
        new PrintStream(printed, true, StandardCharsets.UTF_8) {
          @Override
          public void println(String line) {
            began.countDown();
            assertThat(await(goOn)).isTrue();
          }
        };
    ResultOutput output = new ResultOutput(Optional.empty(), stuck, Duration.ofMillis(1));
    CompletableFuture<Void> first = CompletableFuture.runAsync(() -> output.write(FIRST));
    assertThat(await(began)).isTrue();
    output.write(NoLoad.result(Outcome.STOPPED, "Too late.", CLOCKS));

    assertThat(output.written()).isEmpty();
    goOn.countDown();
    first.get(60, TimeUnit.SECONDS);
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aResultIsPrintedWhereItsFileCannotBeWritten() {
    ResultOutput output =
        new ResultOutput(Optional.of(folder.resolve("no/such/folder")), out, PATIENCE);

    output.write(FIRST);

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualToIgnoringNewLines(ContractJson.write(FIRST));
  }

  @Test
  void aVeryLongMessageStillFits() {
    RunResult result = NoLoad.result(Outcome.BAD_CONFIGURATION, randomText(5000), CLOCKS);

    assertThat(result.message().orElseThrow()).hasSizeLessThanOrEqualTo(600);
    assertThat(ResultCodec.encode(result)).hasSizeLessThanOrEqualTo(ResultCodec.MOST_BYTES);
  }

  /** Letters of three bytes each that no compression makes smaller. */
  private static String randomText(int length) {
    return new Random(1)
        .ints(length, 0x4e00, 0x9fff)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void figuresAreServedForAWholePodUnlessTheEnvironmentSaysOtherwise() {
    OutputSettings pod = OutputSettings.read(Map.of());
    OutputSettings laptop =
        OutputSettings.read(
            Map.of(
                Environment.METRICS_HOST, "127.0.0.1",
                Environment.METRICS_PORT, "0",
                Environment.TERMINATION_LOG, folder.resolve("result").toString()));

    assertThat(pod.metricsAddress().getHostString()).isEqualTo("0.0.0.0");
    assertThat(pod.metricsAddress().getPort()).isEqualTo(8080);
    assertThat(laptop.metricsAddress().getHostString()).isEqualTo("127.0.0.1");
    assertThat(laptop.metricsAddress().getPort()).isZero();
    assertThat(laptop.terminationLog()).contains(folder.resolve("result"));
    assertThat(laptop.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "-1", "65536", "99999999999", ""})
  void aPortThatIsNoneIsAProblem(String port) {
    assertThat(OutputSettings.read(Map.of(Environment.METRICS_PORT, port)).problems())
        .singleElement()
        .asString()
        .startsWith("LOADLINE_METRICS_PORT is \"" + port + "\"");
  }

  @Test
  void aFileThatCannotHoldTheResultIsAProblemBeforeAnythingIsMeasured() throws IOException {
    Path existing = Files.createFile(folder.resolve("existing"));
    for (String file : List.of("no\0path", folder + "", folder + "/no/folder", existing + "/x")) {
      OutputSettings settings =
          OutputSettings.read(
              Map.of(Environment.TERMINATION_LOG, file, Environment.METRICS_PORT, "many"));

      assertThat(settings.problems())
          .satisfiesExactly(
              problem -> assertThat(problem).startsWith("LOADLINE_METRICS_PORT is "),
              problem -> assertThat(problem).startsWith("LOADLINE_TERMINATION_LOG is "));
    }
    assertThat(
            OutputSettings.read(Map.of(Environment.TERMINATION_LOG, existing.toString()))
                .problems())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // format, is a terminal, JSON, progress bar
    "'', false, true, false",
    "'', true, false, true",
    "json, true, true, false",
    "text, false, false, false",
    "xml, false, true, false"
  })
  void theLogIsTextForPeopleAndJsonForCollectors(
      String format, boolean terminal, boolean json, boolean bar) {
    LogSettings settings = LogSettings.read(Map.of(Environment.LOG_FORMAT, format), terminal);

    assertThat(settings).isEqualTo(new LogSettings(json, bar, "INFO"));
  }

  @Test
  void anUnknownLogLevelIsInfo() {
    assertThat(LogSettings.read(Map.of(Environment.LOG_LEVEL, "debug"), false).level())
        .isEqualTo("DEBUG");
    assertThat(LogSettings.read(Map.of(Environment.LOG_LEVEL, "loud"), false).level())
        .isEqualTo("INFO");
  }
}
