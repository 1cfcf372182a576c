package dev.loadline.operator.verdict;

import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.StageResult.Tokens;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * Whether the server took more of the prompts from its cache than the workload itself repeats, as
 * it does when an earlier run has left them there: then the run measures that cache. Of the prompt
 * tokens, cached − reusable is at most 5 %, and 16 tokens a request since caches work in blocks.
 * The worst stage speaks. The chat template, with which every prompt begins, is part of reusable.
 */
final class CacheCheck {
  private static final double UNDECLARED = 0.05;
  private static final int BLOCK_TOKENS = 16;

  private final List<StageMeasurement> stages;

  /** For the stages in which something was answered. */
  CacheCheck(List<StageMeasurement> stages) {
    this.stages = stages;
  }

  ValidityResult result() {
    if (stages.stream().allMatch(stage -> stage.requests().completed() == 0)) {
      return notChecked("no request succeeded");
    }
    List<StageMeasurement> told =
        stages.stream().filter(stage -> isTold(stage.result().tokens())).toList();
    if (told.isEmpty()) {
      return notChecked("the server reports no cached tokens");
    }
    return Fact.worst(
            told.stream()
                .filter(stage -> stage.result().tokens().reusable().isPresent())
                .map(this::fact))
        .map(fact -> Fact.result(Check.PrefixCacheContaminated, List.of(fact)))
        .orElseGet(() -> notChecked("what the prompts have in common is not known"));
  }

  private static boolean isTold(Tokens tokens) {
    return tokens.cached().isPresent() && tokens.input().orElse(0) > 0;
  }

  private Fact fact(StageMeasurement stage) {
    Tokens tokens = stage.result().tokens();
    long input = tokens.input().orElse(0);
    long reusable = tokens.reusable().orElse(0);
    long blocks = BLOCK_TOKENS * stage.requests().completed();
    double most = Math.min((double) input, reusable + blocks + UNDECLARED * input);
    return Fact.atMost(
            "{} of the prompt tokens"
                + (stages.size() > 1 ? " in " + stage.name() : "")
                + " came from the server's cache, the workload repeats "
                + Figures.share(share(BigDecimal.valueOf(Math.min(reusable, input)), input)),
            share(BigDecimal.valueOf(tokens.cached().orElse(0)), input),
            share(BigDecimal.valueOf(most), input),
            Figures::share)
        .boundedBy("at most");
  }

  private static BigDecimal share(BigDecimal part, long whole) {
    return part.divide(BigDecimal.valueOf(whole), MathContext.DECIMAL64);
  }

  private static ValidityResult notChecked(String why) {
    return new ValidityResult(
        Check.PrefixCacheContaminated,
        why,
        "at most 5% more than the workload repeats",
        CheckOutcome.NotChecked);
  }
}
