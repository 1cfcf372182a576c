package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The conditions of a run, in the order of its life. All are Unknown at first sight; one that is
 * not set again keeps what it said.
 */
final class RunConditions {
  /** Names of the conditions, in order. */
  enum RunCondition {
    Admitted,
    TargetReady,
    RunnersReady,
    ResultsCollected,
    MeasurementValid,
    ObjectivesMet,
    Succeeded,
    Finished
  }

  private static final int MOST_MESSAGE = 1024;

  private final Map<RunCondition, Condition> conditions = new LinkedHashMap<>();
  private final long generation;
  private final Instant now;

  RunConditions(List<Condition> before, long generation, Instant now) {
    this.generation = generation;
    this.now = now;
    for (RunCondition type : RunCondition.values()) {
      conditions.put(
          type,
          before.stream()
              .filter(condition -> condition.getType().equals(type.name()))
              .findFirst()
              .map(condition ->
                  new ConditionBuilder(condition).withObservedGeneration(generation).build())
              .orElseGet(() -> condition(type, "Unknown", "Pending", "not known yet")));
    }
  }

  RunConditions yes(RunCondition type, String reason, String message) {
    return set(type, "True", reason, message);
  }

  RunConditions no(RunCondition type, String reason, String message) {
    return set(type, "False", reason, message);
  }

  RunConditions unknown(RunCondition type, String reason, String message) {
    return set(type, "Unknown", reason, message);
  }

  boolean is(RunCondition type, String status) {
    return status.equals(find(type).getStatus());
  }

  boolean says(RunCondition type, String reason) {
    return reason.equals(find(type).getReason());
  }

  private Condition find(RunCondition type) {
    return Objects.requireNonNull(conditions.get(type), "every condition is there");
  }

  private RunConditions set(RunCondition type, String status, String reason, String message) {
    conditions.put(type, condition(type, status, reason, message));
    return this;
  }

  private Condition condition(RunCondition type, String status, String reason, String message) {
    return new ConditionBuilder()
        .withType(type.name())
        .withStatus(status)
        .withReason(reason)
        .withMessage(message.length() > MOST_MESSAGE ? message.substring(0, MOST_MESSAGE) : message)
        .withObservedGeneration(generation)
        .withLastTransitionTime(now.toString())
        .build();
  }

  List<Condition> list() {
    return new ArrayList<>(conditions.values());
  }
}
