package dev.loadline.operator.run;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Why a run waits or ended; the words that conditions and {@code failure.reason} show. */
public enum Reason {
  /** The spec cannot be used. */
  InvalidSpec,
  /** Its object is a copy of an earlier one, as a backup restores it, or its test is gone. */
  CopyOfRun,
  /** It states a larger limit than the operator allows. */
  CapExceeded,
  /** Another run loads the target. */
  TargetBusy,
  /** It was not admitted before its starting deadline, although the operator was there. */
  DeadlineExceeded,
  /** No operator was there to admit it before its starting deadline. */
  OperatorDown,
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
  /** A limit of the test was reached before the first request. */
  LimitReached,
  /** The host is unknown, or what answers there is not the API. */
  TargetNotFound,
  /** There was no connection to the endpoint, or no answer on it. */
  TargetUnreachable,
  /** The endpoint does not serve the model. */
  ModelNotServed,
  /** The endpoint answered until the end that it is not ready. */
  Timeout,
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
  StoppingRunner;

  private static final Set<Reason> OF_TARGET =
      EnumSet.of(TargetNotFound, TargetUnreachable, ModelNotServed, Timeout, Unauthorized);

  /** Whether it is the target that keeps load from being sent. */
  public boolean ofTarget() {
    return OF_TARGET.contains(this);
  }

  /** The reason of this name, if there is one. */
  public static Optional<Reason> named(String name) {
    return Arrays.stream(values()).filter(reason -> reason.name().equals(name)).findFirst();
  }
}
