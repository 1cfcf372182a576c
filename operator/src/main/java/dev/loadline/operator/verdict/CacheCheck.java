package dev.loadline.operator.verdict;

import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.runner.contract.RunResult.Calibration;
import dev.loadline.runner.contract.StageResult;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * Whether the server took more of the prompts from its cache than the workload itself repeats, as
 * it does when an earlier run has left them there: then the run measures that cache. All stages
 * together, in shares of the prompt tokens: cached − reusable at most 5 %. Caches work in blocks
 * and every prompt begins with the same chat template, so that a block of 16 tokens and the
 * template's do not count.
 */
final class CacheCheck {
  private static final double UNDECLARED = 0.05;
  private static final int BLOCK_TOKENS = 16;
  private static final String BOUND = "at most 5% more than the workload repeats";

  private final Measurement measurement;
  private final List<StageResult> stages;

  /** For the stages in which something was answered. */
  CacheCheck(Measurement measurement, List<StageMeasurement> stages) {
    this.measurement = measurement;
    this.stages = stages.stream().map(StageMeasurement::result).toList();
  }

  ValidityResult result() {
    if (stages.stream().allMatch(stage -> stage.requests().completed() == 0)) {
      return notChecked("no request succeeded");
    }
    List<StageResult> told =
        stages.stream()
            .filter(stage ->
                stage.tokens().cached().isPresent() && stage.tokens().input().orElse(0) > 0)
            .toList();
    if (told.isEmpty()) {
      return notChecked("the server reports no cached tokens");
    }
    List<StageResult> known =
        told.stream().filter(stage -> stage.tokens().reusable().isPresent()).toList();
    if (known.isEmpty()) {
      return notChecked("what the prompts have in common is not known");
    }
    return judged(known);
  }

  private ValidityResult judged(List<StageResult> known) {
    long input = 0;
    long cached = 0;
    long reusable = 0;
    long requests = 0;
    for (StageResult stage : known) {
      input += stage.tokens().input().orElse(0);
      cached += stage.tokens().cached().orElse(0);
      reusable += stage.tokens().reusable().orElse(0);
      requests += stage.requests().completed();
    }
    double template = measurement.calibration().map(Calibration::overhead).orElse(0.0);
    double undeclared = cached - reusable - requests * (BLOCK_TOKENS + Math.max(0, template));
    return new ValidityResult(
        Check.PrefixCacheContaminated,
        share(cached, input)
            + " of the prompt tokens came from the server's cache, the workload repeats "
            + share(Math.min(reusable, input), input),
        BOUND,
        undeclared > UNDECLARED * input ? CheckOutcome.Failed : CheckOutcome.Passed);
  }

  private static ValidityResult notChecked(String why) {
    return new ValidityResult(Check.PrefixCacheContaminated, why, BOUND, CheckOutcome.NotChecked);
  }

  private static String share(long part, long whole) {
    return Figures.share(
        BigDecimal.valueOf(part).divide(BigDecimal.valueOf(whole), MathContext.DECIMAL64));
  }
}
