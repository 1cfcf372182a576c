package dev.loadline.runner.measure;

import dev.loadline.runner.contract.RunResult.ErrorCount;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Failures by class, each with the first message that was seen. */
final class ErrorTally {
  private final Map<ErrorClass, Long> counts = new EnumMap<>(ErrorClass.class);
  private final Map<ErrorClass, String> examples = new EnumMap<>(ErrorClass.class);

  void record(Outcome.Failure failure) {
    counts.merge(failure.errorClass(), 1L, Long::sum);
    if (!failure.message().isEmpty()) {
      examples.putIfAbsent(failure.errorClass(), failure.message());
    }
  }

  void add(ErrorTally other) {
    other.counts.forEach((errorClass, count) -> counts.merge(errorClass, count, Long::sum));
    other.examples.forEach(examples::putIfAbsent);
  }

  /** Most frequent first; among equals, in the order of the classes. */
  List<ErrorCount> errors() {
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(count ->
            new ErrorCount(
                count.getKey().wireName(),
                count.getValue(),
                Optional.ofNullable(examples.get(count.getKey()))))
        .toList();
  }
}
