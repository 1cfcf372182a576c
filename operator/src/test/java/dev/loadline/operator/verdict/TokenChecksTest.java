package dev.loadline.operator.verdict;

import static dev.loadline.operator.verdict.ValidityChecksTest.check;
import static dev.loadline.operator.verdict.ValidityChecksTest.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lengths of prompts and answers, and the server's cache: every bound from both sides. */
class TokenChecksTest {
  private final Measured stage = new Measured("steady");

  @Test
  void knowsNothingOfLengthsWhereEveryRequestWasCutOff() {
    stage.completed = 0;
    stage.cut = 1000;
    stage.tokensRequested = 0;
    stage.outputTokens = 0;
    assertThat(check(Check.TokenCountMismatch, Measured.of(stage)).observed())
        .isEqualTo("no request succeeded");
  }

  /** 32,000 tokens were asked for. */
  @ParameterizedTest
  @CsvSource({"30400, Passed", "30399, Failed", "33600, Passed", "33601, Failed"})
  void allowsLengthsATwentiethOff(long tokens, CheckOutcome outcome) {
    stage.outputTokens = tokens;
    assertThat(outcome(Check.TokenCountMismatch, Measured.of(stage))).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    "vLLM, Failed",
    "SGLang, Failed",
    "TensorRT-LLM, Failed",
    "LlamaCpp, Failed",
    "TGI, NotChecked",
    "Ollama, NotChecked",
    "OpenAI, NotChecked",
  })
  void checksLengthsOfEnginesThatCanBeToldThem(String engine, CheckOutcome outcome) {
    stage.outputTokens = 1;
    assertThat(outcome(Check.TokenCountMismatch, from(engine))).isEqualTo(outcome);
  }

  /** An engine may end an answer early, but none may exceed what was asked for. */
  @Test
  void noEngineMayReportMoreTokensThanWereAskedFor() {
    stage.outputTokens = 2 * stage.tokensRequested;
    assertThat(outcome(Check.TokenCountMismatch, from("Ollama"))).isEqualTo(CheckOutcome.Failed);
  }

  private Measurement from(String engine) {
    return new Measurement(
        Outcome.MEASURED,
        true,
        Optional.of(engine),
        List.of(stage.stage()),
        List.of(),
        Measured.idle(),
        List.of(),
        Optional.empty(),
        Measured.UNCOMPARED);
  }

  @Test
  void checksLengthsOfWhichAFewWereNotReported() {
    stage.tokenSource = "Mixed";
    assertThat(outcome(Check.TokenCountMismatch, Measured.of(stage)))
        .isEqualTo(CheckOutcome.Passed);
    stage.outputTokens = 16_000;
    assertThat(outcome(Check.TokenCountMismatch, Measured.of(stage)))
        .isEqualTo(CheckOutcome.Failed);
  }

  @Test
  void doesNotCheckLengthsThatTheServerDidNotReport() {
    stage.tokenSource = "Events";
    stage.outputTokens = 1;
    ValidityResult result = check(Check.TokenCountMismatch, Measured.of(stage));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.NotChecked);
    assertThat(result.observed()).isEqualTo("the server reports no token counts");
  }

  /** The tenth that one lacks is what the other has too much. */
  @Test
  void aStageDoesNotHideTheFaultOfAnother() {
    Measured other = new Measured("other");
    stage.outputTokens = 28_800;
    other.outputTokens = 35_200;
    ValidityResult result = check(Check.TokenCountMismatch, Measured.of(stage, other));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.Failed);
    assertThat(result.observed()).isEqualTo("28800 of 32000 output tokens in steady (10% off)");
    assertThat(result.bound()).isEqualTo("30400 to 33600");
  }

  @Test
  void aStageDoesNotHideTheWarmCacheOfAnother() {
    Measured other = new Measured("users-64");
    stage.endedInWindowInputTokens = OptionalLong.of(10_000);
    stage.completed = 100;
    stage.cached = OptionalLong.of(10_000);
    stage.reusable = OptionalLong.of(0);
    other.endedInWindowInputTokens = OptionalLong.of(1_000_000);
    other.cached = OptionalLong.of(0);
    other.reusable = OptionalLong.of(0);
    ValidityResult result = check(Check.PrefixCacheContaminated, Measured.of(stage, other));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.Failed);
    assertThat(result.observed())
        .isEqualTo(
            "100% of the prompt tokens in steady came from the server's cache, the workload"
                + " repeats 0%");
    assertThat(result.bound()).isEqualTo("at most 21%");
  }

  @Test
  void saysWhatItAppliesWhereTheEngineChoosesTheLength() {
    stage.outputTokens = 20_000;
    ValidityResult result = check(Check.TokenCountMismatch, from("TGI"));
    assertThat(result.observed())
        .isEqualTo("20000 of 32000 output tokens (37.5% off); this engine chooses the length");
    assertThat(result.bound()).isEqualTo("at most 33600");
  }

  /** 100,000 prompt tokens, 1,000 requests: at most 5 % and 16 tokens a request undeclared. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, Passed",
    "21000, 0, Passed",
    "21001, 0, Failed",
    "71000, 50000, Passed",
    "71001, 50000, Failed",
    "10000, 50000, Passed",
  })
  void allowsTheServersCacheWhatTheWorkloadRepeats(
      long cached, long reusable, CheckOutcome outcome) {
    stage.endedInWindowInputTokens = OptionalLong.of(100_000);
    stage.cached = OptionalLong.of(cached);
    stage.reusable = OptionalLong.of(reusable);
    assertThat(outcome(Check.PrefixCacheContaminated, Measured.of(stage))).isEqualTo(outcome);
  }

  @Test
  void knowsNoContaminationWithoutTheServersOrTheWorkloadsCount() {
    stage.reusable = OptionalLong.of(0);
    assertThat(check(Check.PrefixCacheContaminated, Measured.of(stage)).observed())
        .isEqualTo("the server reports no cached tokens");
    stage.cached = OptionalLong.of(90_000);
    stage.reusable = OptionalLong.empty();
    ValidityResult result = check(Check.PrefixCacheContaminated, Measured.of(stage));
    assertThat(result.outcome()).isEqualTo(CheckOutcome.NotChecked);
    assertThat(result.observed()).isEqualTo("what the prompts have in common is not known");
  }

  /** 1,000 prompts: 5 % or 8 tokens each, whichever is more. */
  @ParameterizedTest
  @CsvSource({
    "1000000, 1050000, Passed",
    "1000000, 1050001, Failed",
    "1000000, 950000, Passed",
    "1000000, 949999, Failed",
    "32000, 40000, Passed",
    "32000, 40001, Failed",
  })
  void wantsPromptsAsLongAsAskedFor(long asked, long got, CheckOutcome outcome) {
    stage.requestedInput = OptionalLong.of(asked);
    stage.endedInWindowInputTokens = OptionalLong.of(got);
    ValidityResult result = check(Check.TokenCountMismatch, Measured.of(stage));
    assertThat(result.outcome()).isEqualTo(outcome);
    if (outcome == CheckOutcome.Failed) {
      assertThat(result.observed()).contains(got + " of " + asked + " prompt tokens");
    }
  }
}
