package dev.loadline.operator.kube;

import dev.loadline.operator.run.Reason;
import dev.loadline.operator.run.RunDecision;

/** What the conditions say of a run that waits. */
record RunWait(Conditions<RunCondition> conditions) {

  void starting(String message) {
    conditions.unknown(RunCondition.RunnersReady, Reason.Starting.name(), message);
  }

  void record(RunDecision.Await await) {
    String reason = await.reason().name();
    String message = await.message();
    if (await.reason() == Reason.TargetBusy) {
      conditions.no(RunCondition.Admitted, reason, message);
      return;
    }
    switch (await.phase()) {
      case Running -> {
        conditions.yes(
            RunCondition.TargetReady, "Answered", "the target answers and serves the model");
        if (await.reason() == Reason.Running) {
          conditions.yes(RunCondition.RunnersReady, reason, message);
        } else {
          conditions.no(RunCondition.RunnersReady, reason, message);
        }
      }
      case Pending, Waiting, Starting -> {
        if (await.reason() == Reason.Starting) {
          starting(message);
        } else {
          conditions.no(RunCondition.RunnersReady, reason, message);
        }
      }
      case Collecting -> conditions.unknown(RunCondition.Finished, reason, message);
    }
  }
}
