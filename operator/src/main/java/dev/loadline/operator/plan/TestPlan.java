package dev.loadline.operator.plan;

import dev.loadline.operator.api.LoadTestSpec;
import dev.loadline.operator.api.Unreadable;
import dev.loadline.runner.contract.RunPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A spec after parsing: typed, complete, valid. Pass-through settings of the pod stay in the spec.
 */
public record TestPlan(
    Timing timing,
    Target target,
    Workload workload,
    Load load,
    List<Objective> objectives,
    Limits limits,
    Lifecycle lifecycle) {

  /** Copies the list. */
  public TestPlan {
    objectives = List.copyOf(objectives);
  }

  /**
   * Reads a spec.
   *
   * @param spec as the API server stored it; fields may be absent
   * @param namespace namespace of the object, the default of the target's service
   */
  public static Parsed parse(LoadTestSpec spec, String namespace) {
    return new PlanParser(namespace).parse(spec);
  }

  /** The same of a spec of which parts could not be read: each of them is a problem, too. */
  public static Parsed parse(LoadTestSpec spec, String namespace, List<Unreadable> unreadable) {
    Parsed parsed = parse(spec, namespace);
    List<Problem> problems =
        unreadable.stream()
            .filter(part -> part.field().startsWith("spec"))
            .map(part -> new Problem(part.field(), part.message()))
            .toList();
    return problems.isEmpty() ? parsed : refused(problems, parsed);
  }

  private static Parsed refused(List<Problem> unreadable, Parsed parsed) {
    List<Problem> problems = new ArrayList<>(unreadable);
    return switch (parsed) {
      case Parsed.Valid valid ->
          new Parsed.Refused(
              problems,
              Optional.of(valid.plan().load()).filter(is -> noneOf(unreadable, "load")),
              Optional.of(valid.plan().objectives())
                  .filter(are -> noneOf(unreadable, "objectives")));
      case Parsed.Refused refused -> {
        problems.addAll(refused.problems());
        yield new Parsed.Refused(
            problems,
            refused.load().filter(is -> noneOf(unreadable, "load")),
            refused.objectives().filter(are -> noneOf(unreadable, "objectives")));
      }
    };
  }

  private static boolean noneOf(List<Problem> problems, String part) {
    return problems.stream().noneMatch(problem -> problem.field().contains("." + part));
  }

  /** A time to live as text; empty if there is none or the text is no duration. */
  public static Optional<Duration> timeToLive(@Nullable String text) {
    return Optional.ofNullable(text).flatMap(Problems::durationOf);
  }

  /** The same with another time to live after the end; text that is no duration changes nothing. */
  public TestPlan withTimeToLive(String text) {
    return timeToLive(text)
        .map(time ->
            new TestPlan(
                timing,
                target,
                workload,
                load,
                objectives,
                limits,
                new Lifecycle(
                    lifecycle.startupDeadline(),
                    lifecycle.activeDeadline(),
                    lifecycle.maxStartAttempts(),
                    Optional.of(time),
                    lifecycle.podRetention())))
        .orElse(this);
  }

  /** The same with no limit above these, and no deadline longer than they need. */
  public TestPlan limitedTo(Limits caps) {
    return new TestPlan(
        timing,
        target,
        workload,
        load,
        objectives,
        limits.atMost(caps),
        lifecycle.within(caps.runnerPodTime()));
  }

  /**
   * What the load runner is told.
   *
   * @param run name of the run
   * @param nonce text at the start of each prompt, different for each run
   */
  public RunPlan runPlan(String run, String nonce) {
    return RunPlans.of(this, run, nonce);
  }

  /** A plan, or everything that is wrong with the spec. */
  public sealed interface Parsed {
    /** The spec can be used. */
    record Valid(TestPlan plan) implements Parsed {}

    /**
     * It cannot; at least one problem.
     *
     * @param load the load, if there is nothing wrong with it
     * @param objectives the objectives, if there is nothing wrong with any of them
     */
    record Refused(
        List<Problem> problems, Optional<Load> load, Optional<List<Objective>> objectives)
        implements Parsed {
      /** Copies the lists. */
      public Refused {
        problems = List.copyOf(problems);
        objectives = objectives.map(List::copyOf);
        if (problems.isEmpty()) {
          throw new IllegalArgumentException("a refused spec has a problem");
        }
      }
    }
  }
}
