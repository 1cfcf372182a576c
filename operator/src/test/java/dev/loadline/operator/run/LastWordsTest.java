package dev.loadline.operator.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of a log's end, what goes into a status. */
class LastWordsTest {

  @Test
  void areTheLastThreeLinesThatSaySomething() {
    assertThat(LastWords.of("one\n\ntwo\nthree\n  \nfour\n")).hasValue("two / three / four");
  }

  @Test
  void areOfALoggedLineItsMessageAlone() {
    String line =
        "{\"timestamp\":1795651200000,\"level\":\"INFO\",\"threadName\":\"main\",\"loggerName\":\"a.B\",\"message\":\"the"
            + " \\\"first\\\" stage begins\",\"kvpList\":[{\"run\":\"r\"}],\"throwable\":null}";

    assertThat(LastWords.of(line)).hasValue("the \"first\" stage begins");
  }

  @Test
  void haveNoStackFrames() {
    String trace =
        """
        Exception in thread "main" java.lang.IllegalStateException: odd
        \tat a.B.c(B.java:1)
        \t... 3 more
        """;

    assertThat(LastWords.of(trace))
        .hasValue("Exception in thread \"main\" java.lang.IllegalStateException: odd");
  }

  @Test
  void tellNothingOfOptionsThatMayComeFromASecret() {
    assertThat(LastWords.of("Picked up JAVA_TOOL_OPTIONS: -Dpassword=hidden\nError: odd"))
        .hasValue("Error: odd");
    assertThat(LastWords.of("NOTE: Picked up JDK_JAVA_OPTIONS: -Dpassword=hidden")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "Unrecognized VM option 'Hidden=it's'|Unrecognized VM option […]",
        "Unrecognized option: -Hidden|Unrecognized option: […]",
        "Missing +/- setting for VM option 'Hidden'|Missing +/- setting for VM option […]",
        "VM option 'Hidden' is experimental.|VM option […] is experimental.",
        "Invalid maximum heap size: -XmxHidden|Invalid maximum heap size: […]",
        "Invalid -Xlog option '-Xlog:Hidden', see error log for details.|Invalid […]",
        "-Dpassword=Hidden of a second line|[…]",
        "Error opening zip file or JAR manifest missing : Hidden.jar|Error opening zip file or JAR"
            + " manifest missing : […]",
        "Could not find agent library Hidden on the library path|Could not find agent library […]",
        "java.lang.module.FindException: Module Hidden not found|java.lang.module.FindException:"
            + " Module […]",
        "Error: Could not create the Java Virtual Machine.|Error: Could not create the Java Virtual"
            + " Machine.",
        "no route - to host 'a' after -1 tries|no route - to host 'a' after -1 tries",
      })
  void quoteNoOption(String line, String words) {
    assertThat(LastWords.of(line)).hasValue(words);
  }

  @Test
  void areNoFiguresOfAResult() {
    assertThat(LastWords.of("the end\n{\"version\":2,\"outcome\":\"STOPPED\"}"))
        .hasValue("the end");
  }

  @Test
  void areCutAtTheirBeginning() {
    assertThat(LastWords.of("x".repeat(400) + "end"))
        .hasValueSatisfying(
            words -> assertThat(words).startsWith("…x").endsWith("end").hasSize(301));
  }

  @Test
  void beginWithAWholeLineWhereTheKubeletCutTheLog() {
    assertThat(LastWords.of("half ".repeat(408) + "a line\nwhole")).hasValue("whole");
  }

  @Test
  void keepNoControlCharacters() {
    assertThat(LastWords.of("\u001b[31mred\u001b[0m\tand\rblue"))
        .hasValue("[31mred [0m and / blue");
  }

  @Test
  void areAbsentWhereNothingWasSaid() {
    assertThat(LastWords.of(" \n\n")).isEmpty();
  }
}
