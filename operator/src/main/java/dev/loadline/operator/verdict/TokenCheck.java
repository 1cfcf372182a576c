package dev.loadline.operator.verdict;

import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.StageResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Requested against reported lengths: at most 5 % off. The worst stage speaks.
 *
 * <p>Answers: engines that may end an answer when they like are checked for too many tokens only: a
 * shorter answer is a result, not a defect. Stages all of whose tokens were counted by events, of
 * which one may carry several, are not checked. Prompts, where the workload wants a length: a
 * prompt is made of whole words, so it may be 8 tokens off in any case.
 */
final class TokenCheck {
  private static final double DIFFERENCE = 0.05;
  private static final int PROMPT_SLACK = 8;

  /** Engines that can be told to produce exactly as many tokens as asked for. */
  private static final Set<String> FORCED_LENGTH =
      Set.of("vLLM", "SGLang", "TensorRT-LLM", "LlamaCpp");

  /** Sources of token counts that are the server's own, for all answers or for some. */
  private static final Set<String> REPORTED = Set.of("Usage", "TokenIds", "Mixed");

  private final boolean forced;
  private final List<StageMeasurement> stages;

  /** For the stages in which something was answered. */
  TokenCheck(Measurement measurement, List<StageMeasurement> stages) {
    this.forced = measurement.engine().filter(FORCED_LENGTH::contains).isPresent();
    this.stages = stages;
  }

  ValidityResult result() {
    Optional<Fact> answers = Fact.worst(stages.stream().flatMap(stage -> answers(stage).stream()));
    Optional<Fact> prompts = Fact.worst(stages.stream().flatMap(stage -> prompts(stage).stream()));
    List<Fact> judged =
        Stream.concat(answers.filter(fact -> forced || !fact.kept()).stream(), prompts.stream())
            .toList();
    return judged.isEmpty()
        ? new ValidityResult(
            Check.TokenCountMismatch,
            answers
                .map(fact -> fact.observed() + "; this engine chooses the length")
                .orElseGet(this::unknown),
            answers.map(Fact::bound).orElse("at most 5% off"),
            CheckOutcome.NotChecked)
        : Fact.result(Check.TokenCountMismatch, judged);
  }

  private String unknown() {
    return stages.stream().allMatch(stage -> stage.requests().completed() == 0)
        ? "no request succeeded"
        : "the server reports no token counts";
  }

  private Optional<Fact> answers(StageMeasurement stage) {
    StageResult.Tokens tokens = stage.result().tokens();
    if (!REPORTED.contains(tokens.source()) || tokens.requested() == 0) {
      return Optional.empty();
    }
    String which = "output tokens" + where(stage);
    double slack = tokens.requested() * DIFFERENCE;
    return Optional.of(
        forced
            ? between(tokens.output(), tokens.requested(), slack, which)
            : atMost(tokens.output(), tokens.requested(), slack, which));
  }

  /** Empty where the workload wants no length, or the server does not tell the prompts' one. */
  private Optional<Fact> prompts(StageMeasurement stage) {
    StageResult.Tokens tokens = stage.result().tokens();
    long asked = tokens.requestedInput().orElse(0);
    if (asked == 0 || tokens.input().isEmpty()) {
      return Optional.empty();
    }
    double slack =
        Math.max(asked * DIFFERENCE, (double) PROMPT_SLACK * stage.requests().completed());
    return Optional.of(
        between(tokens.input().getAsLong(), asked, slack, "prompt tokens" + where(stage)));
  }

  private String where(StageMeasurement stage) {
    return stages.size() > 1 ? " in " + stage.name() : "";
  }

  private static Fact between(long got, long asked, double slack, String which) {
    return Fact.within(
        observed(got, asked, which),
        BigDecimal.valueOf(got),
        BigDecimal.valueOf((long) Math.ceil(asked - slack)),
        BigDecimal.valueOf((long) (asked + slack)));
  }

  private static Fact atMost(long got, long asked, double slack, String which) {
    return Fact.atMost(
            observed(got, asked, which),
            BigDecimal.valueOf(got),
            BigDecimal.valueOf((long) (asked + slack)),
            Figures::rate)
        .boundedBy("at most");
  }

  private static String observed(long got, long asked, String which) {
    BigDecimal off =
        BigDecimal.valueOf(Math.abs(got - asked))
            .divide(BigDecimal.valueOf(asked), MathContext.DECIMAL64);
    return "{} of " + asked + " " + which + " (" + Figures.share(off) + " off)";
  }
}
