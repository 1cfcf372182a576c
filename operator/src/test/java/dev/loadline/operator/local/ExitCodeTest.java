package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodeTest {
  private static RunOutcome run(String verdict, String failure) {
    LoadTestRun run =
        Serialization.unmarshal(
            "{\"status\": {\"verdict\": \""
                + verdict
                + "\""
                + (failure.isEmpty() ? "" : ", \"failure\": {\"reason\": \"" + failure + "\"}")
                + "}}",
            LoadTestRun.class);
    return new RunOutcome.Finished(run, JsonNodeFactory.instance.objectNode());
  }

  @ParameterizedTest
  @CsvSource({
    "Pass, '', 0",
    "None, '', 0",
    "Fail, '', 1",
    "Invalid, '', 2",
    "Invalid, RunnerLost, 2",
    "None, TargetUnreachable, 3"
  })
  void saysWhatBecameOfARun(String verdict, String failure, int code) {
    assertThat(ExitCode.of(List.of(run(verdict, failure)))).isEqualTo(code);
  }

  @Test
  void ofSeveralRunsTheWorstCounts() {
    RunOutcome pass = run("Pass", "");
    RunOutcome fail = run("Fail", "");
    RunOutcome broken = run("None", "Unauthorized");
    assertThat(ExitCode.of(List.of(pass, fail))).isEqualTo(1);
    assertThat(ExitCode.of(List.of(broken, fail, pass))).isEqualTo(3);
    assertThat(ExitCode.of(List.of())).isEqualTo(3);
    assertThat(ExitCode.of(List.of(pass, new RunOutcome.NotRun("late", false)))).isEqualTo(3);
    assertThat(ExitCode.of(List.of(new RunOutcome.NotRun("wrong", true), broken))).isEqualTo(64);
  }
}
