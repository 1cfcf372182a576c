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
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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

  @TempDir Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @Test
  void theFirstResultIsWrittenAndNoOther() throws IOException {
    Path file = folder.resolve("termination-log");
    ResultOutput output = new ResultOutput(Optional.of(file), out);

    output.write(FIRST);
    output.write(NoLoad.result(Outcome.STOPPED, "Too late.", CLOCKS));

    assertThat(ResultCodec.decode(Files.readString(file)))
        .isEqualTo(new ResultCodec.Decoded.Read(FIRST));
    assertThat(output.written()).contains(Outcome.TARGET_UNREACHABLE);
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(ContractJson.write(FIRST));
  }

  @Test
  void aResultIsPrintedWhereItsFileCannotBeWritten() {
    ResultOutput output = new ResultOutput(Optional.of(folder.resolve("no/such/folder")), out);

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
                Environment.TERMINATION_LOG, "/tmp/result"));

    assertThat(pod.metricsAddress().getHostString()).isEqualTo("0.0.0.0");
    assertThat(pod.metricsAddress().getPort()).isEqualTo(8080);
    assertThat(laptop.metricsAddress().getHostString()).isEqualTo("127.0.0.1");
    assertThat(laptop.metricsAddress().getPort()).isZero();
    assertThat(laptop.terminationLog()).contains(Path.of("/tmp/result"));
    assertThat(laptop.problem()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "-1", "65536", "99999999999", ""})
  void aPortThatIsNoneIsAProblem(String port) {
    assertThat(OutputSettings.read(Map.of(Environment.METRICS_PORT, port)).problem())
        .hasValueSatisfying(
            problem -> assertThat(problem).startsWith("LOADLINE_METRICS_PORT is \"" + port + "\""));
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
