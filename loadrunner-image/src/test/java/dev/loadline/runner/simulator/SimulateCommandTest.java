package dev.loadline.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SimulateCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new SimulateCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void printsItsUrlThenWhatItSentAndStopsByItself() {
    assertThat(run("--port=0", "--duration=1ms")).isZero();
    assertThat(out.toString())
        .containsPattern("Simulator listening on http://127.0.0.1:\\d+/v1\n")
        .containsPattern(
            "(?s)Stopped after 1ms.*requests 0.*ttft.*drawn.*itl.*drawn.*tpot.*e2e.*late");
  }

  @Test
  void helpNamesEveryOptionWithItsDefault() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("--ttft=DELAY", "Default: 200ms", "--itl=DELAY", "Default: 20ms")
        .contains("--error-share=CLASS=SHARE", "--concurrency=N", "--seed=SEED", "--tls-key=FILE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--ttft=fast | no duration",
        "--itl=gamma:3ms | no distribution",
        "--tokens=0 | tokens must be at least 1",
        "--bundle=0 | bundle must hold at least 1",
        "--usage=sometimes | no usage mode",
        "--line-ending=CR | --line-ending",
        "--error-share=http_500=2 | between 0 and 1",
        "--error-share=nonsense=0.1 | no class of errors",
        "--port=70000 | port must lie",
        "--concurrency=0 | concurrency must be at least 1",
        "--context-length=1 | context length",
        "--prefix-cache=maybe | on or off",
        "--api-key-variable=SURELY_NOT_SET | SURELY_NOT_SET",
        "--tls-key=key.pem | both --tls-certificate and --tls-key",
        "--nonsense | --nonsense"
      })
  void badInputExits64AndSaysWhy(String option, String sentence) {
    assertThat(run("--duration=1ms", option)).isEqualTo(64);
    assertThat(err.toString()).contains(sentence).doesNotContain("\tat ");
  }
}
