package dev.loadline.operator.schedule;

/** Why a due time led to no run. */
public enum MissedReason {
  /** Another run of the test was active. */
  CONCURRENCY("Concurrency"),
  /** The operator was there, but could not start the run within the starting deadline. */
  DEADLINE_EXCEEDED("DeadlineExceeded"),
  /** No operator was running at the due time. */
  OPERATOR_DOWN("OperatorDown"),
  /** The run was there, but waited for its target until its starting deadline. */
  TARGET_BUSY("TargetBusy");

  private final String reason;

  MissedReason(String reason) {
    this.reason = reason;
  }

  /** The reason as the API writes it. */
  public String reason() {
    return reason;
  }
}
