package dev.loadline.runner.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.UnresolvedAddressException;
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

  @Test
  void aPortThatIsTakenIsSaidToBe() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(run("--duration=1ms", "--port=" + taken.getLocalPort())).isEqualTo(64);
      assertThat(err.toString())
          .contains("Port " + taken.getLocalPort() + " on 127.0.0.1 is in use: choose another");
    }
  }

  @Test
  void whatTheSystemRefusesIsSaidInWords() {
    assertThat(BindFailure.sentence(new UnresolvedAddressException(), "nobody", 80))
        .isEqualTo("The host name nobody is unknown: choose another --host.");
    assertThat(BindFailure.sentence(new BindException("Permission denied"), "0.0.0.0", 80))
        .isEqualTo("This user may not listen on port 80: choose a --port above 1023.");
    assertThat(BindFailure.sentence(new IOException("bind(..) failed: -1"), "0.0.0.0", 80))
        .isEqualTo(
            "Cannot listen on 0.0.0.0 port 80 (IOException): choose another --host or --port.");
  }

  @Test
  void theSameErrorTwiceIsRefused() {
    assertThat(run("--duration=1ms", "--error-share=reset=0.1", "--error-share=reset=0.2"))
        .isEqualTo(64);
    assertThat(err.toString()).contains("--error-share names reset twice");
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
        "--error-share=http_500=2 | \"2\" is no number from 0 to 1",
        "--error-share=nonsense=0.1 | no class of errors",
        "--error-share=http_500 | (CLASS=SHARE): \"http_500\" names no share",
        "--error-share=http_500=x | \"x\" is no number from 0 to 1",
        "--eos-share=much | \"much\" is no number from 0 to 1",
        "--eos-share=-0.1 | \"-0.1\" is no number from 0 to 1",
        "--port=many | \"many\" is no whole number",
        "--port= | \"\" is no whole number",
        "--port=70000 | port must lie",
        "--port=99999999999 | 99999999999 is too large: at most 2147483647",
        "--seed=1.5 | \"1.5\" is no whole number",
        "--seed=-99999999999999999999 | is too small",
        "--host= | host needs a name",
        "--host=192.0.2.1 | 192.0.2.1 is no address of this machine",
        "--concurrency=0 | concurrency must be at least 1",
        "--context-length=1 | context length",
        "--prefix-cache=maybe | on or off",
        "--api-key-variable=SURELY_NOT_SET | SURELY_NOT_SET",
        "--tls-key=key.pem | both --tls-certificate and --tls-key",
        "--nonsense | --nonsense"
      })
  void badInputExits64AndSaysWhy(String option, String sentence) {
    assertThat(run("--duration=1ms", option)).isEqualTo(64);
    assertThat(err.toString()).contains(sentence).doesNotContain("\tat ", "option option");
  }
}
