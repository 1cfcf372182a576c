package dev.loadline.operator.run;

/** Why a run waits or ended; the words that conditions and {@code failure.reason} show. */
public enum Reason {
  /** The spec cannot be used. */
  InvalidSpec,
  /** The Job is there, its pod is not. */
  PodsNotCreated,
  /** No node takes the pod. */
  Unschedulable,
  /** The image cannot be had. */
  ImagePullFailed,
  /** A Secret or ConfigMap that the pod names is missing. */
  ConfigError,
  /** The container is being started, or waits for the target. */
  Starting,
  /** The runner died before the first request. */
  CrashedBeforeLoad,
  /** The runner was evicted or its node went away before the first request. */
  RunnerDisrupted,
  /** The runner needed more memory than its limit before the first request. */
  RunnerOutOfMemory,
  /** The first request did not come in time. */
  StartupDeadlineExceeded,
  /** The endpoint did not answer or does not serve the model. */
  TargetUnreachable,
  /** The endpoint refused the key. */
  Unauthorized,
  /** Load is being sent. */
  Running,
  /** The runner was lost after the first request. */
  RunnerLost,
  /** Somebody deleted the Job. */
  RunnerJobDeleted,
  /** A Job of this name belongs to somebody else. */
  JobNameTaken,
  /** The run took longer than it may. */
  ActiveDeadlineExceeded,
  /** The runner ended well and left no result. */
  ResultMissing,
  /** The runner's result cannot be read. */
  ResultCorrupt,
  /** The run was told to stop. */
  Stopped,
  /** All was measured. */
  Measured,
  /** Waits until the runner's pods are gone. */
  StoppingRunner
}
