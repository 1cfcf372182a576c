package dev.loadline.operator.plan;

import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult.Metric;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns a plan into what the load runner is told: no secrets, only names of variables. */
final class RunPlans {
  private RunPlans() {}

  static RunPlan of(TestPlan plan, String run, String nonce) {
    return new RunPlan(
        RunPlan.VERSION,
        run,
        nonce,
        target(plan.target()),
        plan.workload().sent(),
        new RunPlan.Load(
            plan.load().warmup().toMillis(),
            plan.load().drainTimeout().toMillis(),
            plan.load().connectionReuse().name(),
            plan.load().stages().stream().map(stage -> stage(stage, longest(plan))).toList()),
        goodput(plan.objectives()),
        judged(plan.objectives()),
        limits(plan.limits()));
  }

  private static RunPlan.Target target(Target target) {
    List<RunPlan.Header> headers = new ArrayList<>();
    for (int i = 0; i < target.headers().size(); i++) {
      Target.Header header = target.headers().get(i);
      boolean open = header.value() instanceof Target.Value.Literal;
      headers.add(new RunPlan.Header(header.name(), Environment.HEADER_PREFIX + i, open));
    }
    return new RunPlan.Target(
        target.url(),
        target.model(),
        target.api(),
        target.engine(),
        target.apiKey().map(ignored -> Environment.API_KEY),
        headers,
        target.insecureSkipVerify(),
        target.caBundle(),
        target.serverName(),
        target
            .clientCertificateSecret()
            .map(ignored ->
                new RunPlan.ClientCertificate(
                    Environment.CLIENT_CERTIFICATE, Environment.CLIENT_KEY)),
        target.readinessTimeout().toMillis());
  }

  private static RunPlan.Limits limits(Limits limits) {
    return new RunPlan.Limits(
        limits.requests(),
        limits.outputTokens(),
        limits.runnerPodTime().stream().mapToLong(Duration::toMillis).findFirst());
  }

  /** A trace that takes longer would be lost at the deadline, unless a limit ends it before. */
  private static Optional<Duration> longest(TestPlan plan) {
    Duration deadline = plan.lifecycle().activeDeadline();
    return Optional.of(deadline).filter(is -> plan.limits().within(is).equals(is));
  }

  private static RunPlan.Stage stage(Load.Stage stage, Optional<Duration> longest) {
    RunPlan.Shape shape =
        switch (stage.shape()) {
          case Load.Shape.Closed closed ->
              new RunPlan.Shape.Closed(closed.users(), closed.rampFrom(), closed.thinkTimeMillis());
          case Load.Shape.Open open ->
              new RunPlan.Shape.Open(
                  open.requestsPerSecond().toPlainString(),
                  open.rampFrom().map(BigDecimal::toPlainString),
                  open.arrival().name(),
                  open.burstiness().doubleValue());
          case Load.Shape.Replay replay ->
              new RunPlan.Shape.Replay(
                  replay.speed().doubleValue(),
                  replay.limit(),
                  longest.stream().mapToLong(Duration::toMillis).findFirst());
        };
    RunPlan.End end =
        switch (stage.end()) {
          case Load.End.After after -> new RunPlan.End.After(after.duration().toMillis());
          case Load.End.Requests requests -> new RunPlan.End.Requests(requests.count());
          case Load.End.Trace ignored -> new RunPlan.End.Trace();
        };
    return new RunPlan.Stage(stage.name(), shape, end);
  }

  /**
   * A request is good if it keeps the bound of every upper objective on a metric of one request,
   * whatever the statistic: the goodput of DistServe and of vLLM.
   */
  private static List<RunPlan.RequestBound> goodput(List<Objective> objectives) {
    List<RunPlan.RequestBound> bounds = new ArrayList<>();
    for (Objective objective : objectives) {
      metric(objective)
          .ifPresent(metric ->
              bounds.add(
                  new RunPlan.RequestBound(
                      metric.name(), objective.bound().value().longValue(), objective.stage())));
    }
    return bounds;
  }

  private static List<RunPlan.JudgedMetric> judged(List<Objective> objectives) {
    List<RunPlan.JudgedMetric> judged = new ArrayList<>();
    for (Objective objective : objectives) {
      if (objective.subject() instanceof Objective.Subject.Latency latency) {
        judged.add(new RunPlan.JudgedMetric(latency.metric(), objective.stage()));
      }
    }
    return judged.stream().distinct().toList();
  }

  private static Optional<Metric> metric(Objective objective) {
    return switch (objective.subject()) {
      case Objective.Subject.Latency latency ->
          objective.bound() instanceof Objective.Bound.Max
                  && RunPlan.RequestBound.METRICS.contains(latency.of())
              ? Optional.of(latency.of())
              : Optional.empty();
      case Objective.Subject.Figure ignored -> Optional.empty();
    };
  }
}
