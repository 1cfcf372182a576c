package dev.loadline.operator.kube;

/** Conditions of a run, in the order of its life. */
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
