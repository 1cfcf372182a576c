package dev.loadline.operator.verdict;

import dev.loadline.operator.verdict.Judgement.Check;
import dev.loadline.operator.verdict.Judgement.CheckOutcome;
import dev.loadline.operator.verdict.Judgement.ValidityResult;
import dev.loadline.operator.verdict.TargetEndpoints.Observation;
import java.time.Duration;

/**
 * Whether the target stayed the same from its first window to its last request: a Service whose
 * endpoints were rolled, restarted or scaled meanwhile was two servers, and the figures are of
 * neither.
 */
record TargetCheck(Observation observation) {

  ValidityResult result() {
    return switch (observation) {
      case Observation.NotCompared not -> result(not.why(), CheckOutcome.NotChecked);
      case Observation.Compared compared when !compared.changed() && compared.begunUnseen() ->
          result(
              "the Service's endpoints were first looked at "
                  + Duration.between(compared.windowStart(), compared.before().seen()).toSeconds()
                  + " s into the measurement: the operator was away before",
              CheckOutcome.NotChecked);
      case Observation.Compared compared when !compared.changed() ->
          result(
              endpoints(compared.after().ready()) + " of the Service stayed as they were",
              CheckOutcome.Passed);
      case Observation.Compared compared when compared.late() ->
          result(
              "the Service's endpoints changed, but they were looked at so late that it may have"
                  + " been after the load",
              CheckOutcome.NotChecked);
      case Observation.Compared compared -> result(change(compared), CheckOutcome.Failed);
    };
  }

  private static String change(Observation.Compared compared) {
    int before = compared.before().ready();
    int after = compared.after().ready();
    return before == after
        ? "an endpoint of the Service was replaced or was not ready for a while"
        : endpoints(before) + " of the Service before the measurement, " + after + " at its end";
  }

  private static String endpoints(int ready) {
    return ready + (ready == 1 ? " ready endpoint" : " ready endpoints");
  }

  private static ValidityResult result(String observed, CheckOutcome outcome) {
    return new ValidityResult(
        Check.TargetChanged, observed, "no rollout, restart or scaling", outcome);
  }
}
