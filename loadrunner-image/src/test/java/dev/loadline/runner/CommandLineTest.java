package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the program's commands say of arguments. */
class CommandLineTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "run ", "check ", "simulate "})
  void everyCommandHasHelpAndNamesOnlyWhatItDoes(String command) {
    assertThat(run((command + "--help").split(" ", -1))).isZero();
    assertThat(out.toString()).contains("--help").doesNotContain("--version");
  }

  @ParameterizedTest
  @CsvSource({
    "nonsense, 'nonsense', loadline --help",
    "run extra, 'extra', loadline run --help",
    "simulate --port, --port, loadline simulate --help",
    "simulate --port=x, no whole number, loadline simulate --help"
  })
  void wrongArgumentsExit64AndSayWhereToReadOn(String arguments, String what, String where) {
    assertThat(run(arguments.split(" ", -1))).isEqualTo(64);
    assertThat(err.toString()).contains(what).endsWith("Try '" + where + "'.\n");
  }
}
