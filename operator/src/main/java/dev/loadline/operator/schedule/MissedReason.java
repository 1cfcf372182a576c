package dev.loadline.operator.schedule;

import java.util.Arrays;

/** Why a due time led to no run. */
public enum MissedReason {
  /** Another run of the test was active. */
  CONCURRENCY("Concurrency"),
  /** The operator was there, but could not start the run within the starting deadline. */
  DEADLINE_EXCEEDED("DeadlineExceeded"),
  /** No operator was running at the due time. */
  OPERATOR_DOWN("OperatorDown"),
  /** The run was there, but waited for its target until its deadline or until it was replaced. */
  TARGET_BUSY("TargetBusy");

  private final String reason;

  MissedReason(String reason) {
    this.reason = reason;
  }

  /** The reason that the API writes so. */
  public static MissedReason named(String reason) {
    return Arrays.stream(values())
        .filter(is -> is.reason.equals(reason))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no reason to miss a run: " + reason));
  }

  /** The reason as the API writes it. */
  public String reason() {
    return reason;
  }
}
