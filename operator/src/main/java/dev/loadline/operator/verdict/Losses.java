package dev.loadline.operator.verdict;

import dev.loadline.runner.contract.StageResult;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Requests that were sent and did not succeed, in words: how many, and what most of them met, as in
 * {@code 0 of 120 requests completed; 120 failed: unauthorized (HTTP 401)}.
 */
final class Losses {
  private final List<StageResult> stages;

  private Losses(List<StageMeasurement> stages) {
    this.stages = stages.stream().map(StageMeasurement::result).toList();
  }

  /** Empty where every request succeeded. */
  static Optional<String> of(List<StageMeasurement> stages) {
    return new Losses(stages).words();
  }

  /** The requests that were cut off alone; empty where every request ended. */
  static Optional<String> cutOff(List<StageMeasurement> stages) {
    Losses losses = new Losses(stages);
    long cut = losses.sum(StageResult.Requests::cut);
    return cut == 0
        ? Optional.empty()
        : Optional.of(
            cut
                + " of "
                + losses.sum(StageResult.Requests::sent)
                + " requests had not ended when they were cut off");
  }

  private Optional<String> words() {
    long failed = sum(StageResult.Requests::failed);
    long cut = sum(StageResult.Requests::cut);
    if (failed + cut == 0) {
      return Optional.empty();
    }
    return Optional.of(
        sum(StageResult.Requests::completed)
            + " of "
            + sum(StageResult.Requests::sent)
            + " requests completed"
            + (failed == 0 ? "" : "; " + failed + " failed" + most(failed))
            + (cut == 0 ? "" : "; " + cut + " had not ended when they were cut off"));
  }

  private long sum(ToLongFunction<StageResult.Requests> count) {
    return stages.stream().map(StageResult::requests).mapToLong(count).sum();
  }

  /** The class of most failures, with one of their messages. */
  private String most(long failed) {
    Map<String, Long> counts = new LinkedHashMap<>();
    stages.stream()
        .flatMap(stage -> stage.errors().stream())
        .forEach(error -> counts.merge(error.errorClass(), error.count(), Long::sum));
    return counts.entrySet().stream()
        .max(Comparator.comparingLong(Map.Entry::getValue))
        .map(most ->
            (most.getValue() == failed ? ": " : ", " + most.getValue() + " of them: ")
                + most.getKey()
                + example(most.getKey()))
        .orElse("");
  }

  private String example(String errorClass) {
    return stages.stream()
        .flatMap(stage -> stage.errors().stream())
        .filter(error -> error.errorClass().equals(errorClass))
        .flatMap(error -> error.example().stream())
        .findFirst()
        .map(example -> " (" + withoutStop(example) + ")")
        .orElse("");
  }

  private static String withoutStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }
}
