package dev.loadline.operator.verdict;

import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult.Calibration;
import dev.loadline.runner.contract.StageResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Requested against reported lengths, all stages together: at most 5 % off.
 *
 * <p>Answers: engines that may end an answer when they like are checked for too many tokens only: a
 * shorter answer is a result, not a defect. Stages all of whose tokens were counted by events, of
 * which one may carry several, are not checked. Prompts, where the workload wants a length: a
 * prompt is made of whole words and cannot be shorter than its frame, so it may be 8 tokens off in
 * any case, and too long by what the chat template adds.
 */
final class TokenCheck {
  private static final double DIFFERENCE = 0.05;
  private static final int PROMPT_SLACK = 8;

  /** Engines that can be told to produce exactly as many tokens as asked for. */
  private static final Set<String> FORCED_LENGTH =
      Set.of("vLLM", "SGLang", "TensorRT-LLM", "LlamaCpp");

  /** Sources of token counts that are the server's own, for all answers or for some. */
  private static final Set<String> REPORTED = Set.of("Usage", "TokenIds", "Mixed");

  private final Measurement measurement;
  private final List<StageResult> stages;

  /** For the stages in which something was answered. */
  TokenCheck(Measurement measurement, List<StageMeasurement> stages) {
    this.measurement = measurement;
    this.stages = stages.stream().map(StageMeasurement::result).toList();
  }

  /** What became of the answers, or of the prompts. */
  private record Part(String observed, CheckOutcome outcome) {}

  ValidityResult result() {
    List<Part> parts =
        Stream.of(Optional.of(answers()), prompts()).flatMap(Optional::stream).toList();
    List<Part> failed =
        parts.stream().filter(part -> part.outcome() == CheckOutcome.Failed).toList();
    List<Part> shown = failed.isEmpty() ? parts : failed;
    CheckOutcome outcome =
        Stream.of(CheckOutcome.Failed, CheckOutcome.Passed)
            .filter(each -> parts.stream().anyMatch(part -> part.outcome() == each))
            .findFirst()
            .orElse(CheckOutcome.NotChecked);
    return new ValidityResult(
        Check.TokenCountMismatch,
        shown.stream().map(Part::observed).collect(Collectors.joining(", ")),
        "at most 5% off",
        outcome);
  }

  private Part answers() {
    List<StageResult> reported =
        stages.stream().filter(stage -> REPORTED.contains(stage.tokens().source())).toList();
    long asked = reported.stream().mapToLong(stage -> stage.tokens().requested()).sum();
    long got = reported.stream().mapToLong(stage -> stage.tokens().output()).sum();
    if (asked == 0) {
      boolean nothing = stages.stream().allMatch(stage -> stage.requests().completed() == 0);
      return new Part(
          nothing ? "no request succeeded" : "the server reports no token counts",
          CheckOutcome.NotChecked);
    }
    String observed = observed(got, asked, "output");
    boolean forced = measurement.engine().filter(FORCED_LENGTH::contains).isPresent();
    if (!forced && got <= asked * (1 + DIFFERENCE)) {
      return new Part(observed + "; this engine chooses the length", CheckOutcome.NotChecked);
    }
    return new Part(
        observed,
        Math.abs(got - asked) > asked * DIFFERENCE ? CheckOutcome.Failed : CheckOutcome.Passed);
  }

  /** Empty where the workload wants no length, or the server does not tell the prompts' one. */
  private Optional<Part> prompts() {
    List<StageResult> wanted =
        stages.stream()
            .filter(stage ->
                stage.tokens().requestedInput().isPresent() && stage.tokens().input().isPresent())
            .toList();
    long asked =
        wanted.stream().mapToLong(stage -> stage.tokens().requestedInput().getAsLong()).sum();
    if (asked == 0) {
      return Optional.empty();
    }
    long got = wanted.stream().mapToLong(stage -> stage.tokens().input().getAsLong()).sum();
    long requests = wanted.stream().mapToLong(stage -> stage.requests().completed()).sum();
    double frame = measurement.calibration().map(Calibration::overhead).orElse(0.0);
    double slack = Math.max(asked * DIFFERENCE, (double) PROMPT_SLACK * requests);
    boolean off = got > asked + slack + frame * requests || got < asked - slack;
    return Optional.of(
        new Part(observed(got, asked, "prompt"), off ? CheckOutcome.Failed : CheckOutcome.Passed));
  }

  private static String observed(long got, long asked, String which) {
    BigDecimal difference =
        new BigDecimal(
            Math.abs(got - asked) / (double) asked, new MathContext(12, RoundingMode.HALF_UP));
    return got + " of " + asked + " " + which + " tokens (" + Figures.share(difference) + " off)";
  }
}
