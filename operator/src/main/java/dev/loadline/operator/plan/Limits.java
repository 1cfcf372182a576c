package dev.loadline.operator.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a run may spend; what is empty is not limited.
 *
 * @param requests requests that are sent
 * @param outputTokens tokens after which nothing more is sent
 * @param runnerPodTime how old the load runner may become
 */
public record Limits(
    OptionalLong requests, OptionalLong outputTokens, Optional<Duration> runnerPodTime) {
  /** No limit. */
  public static final Limits NONE =
      new Limits(OptionalLong.empty(), OptionalLong.empty(), Optional.empty());

  /** What a load runner needs beside load and drain: to warm its client up, to write its result. */
  static final Duration RUNNER_NEEDS = Duration.ofSeconds(15);

  static final String FIELD = "spec.limits";

  /** Each limit the smaller one of the two, so that a cap is the limit where none is stated. */
  public Limits atMost(Limits caps) {
    return new Limits(
        least(requests, caps.requests),
        least(outputTokens, caps.outputTokens),
        runnerPodTime
            .map(time -> caps.runnerPodTime.filter(cap -> cap.compareTo(time) < 0).orElse(time))
            .or(caps::runnerPodTime));
  }

  private static OptionalLong least(OptionalLong limit, OptionalLong cap) {
    if (limit.isEmpty() || cap.isEmpty()) {
      return limit.isEmpty() ? cap : limit;
    }
    return OptionalLong.of(Math.min(limit.getAsLong(), cap.getAsLong()));
  }

  /** The limits that are stated and larger than their caps; empty if none is. */
  public List<Problem> above(Limits caps) {
    List<Problem> above = new ArrayList<>();
    above("requests", requests, caps.requests).ifPresent(above::add);
    above("outputTokens", outputTokens, caps.outputTokens).ifPresent(above::add);
    runnerPodTime
        .filter(time -> caps.runnerPodTime.filter(cap -> cap.compareTo(time) < 0).isPresent())
        .ifPresent(time ->
            above.add(
                above(
                    "runnerPodTime",
                    Problems.text(time),
                    Problems.text(caps.runnerPodTime.orElseThrow()))));
    return above;
  }

  private static Optional<Problem> above(String field, OptionalLong limit, OptionalLong cap) {
    return limit.isPresent() && cap.isPresent() && limit.getAsLong() > cap.getAsLong()
        ? Optional.of(above(field, "" + limit.getAsLong(), "" + cap.getAsLong()))
        : Optional.empty();
  }

  private static Problem above(String field, String limit, String cap) {
    return new Problem(FIELD + "." + field, limit + " is above the cap of " + cap);
  }

  /** So long, or as long as the runner lives if that is shorter. */
  Duration within(Duration time) {
    return runnerPodTime.filter(most -> most.compareTo(time) < 0).orElse(time);
  }

  /** What is wrong with the runner's time beside this load, if it leaves none to send any. */
  public Optional<Problem> tooShort(Load load) {
    Duration least = RUNNER_NEEDS.plus(load.drainTimeout());
    return runnerPodTime
        .filter(time -> time.compareTo(least) <= 0)
        .map(time ->
            new Problem(
                FIELD + ".runnerPodTime",
                Problems.text(time)
                    + " leaves no time for load: it must be longer than load.drainTimeout and "
                    + Problems.text(RUNNER_NEEDS)
                    + ", together "
                    + Problems.text(least)));
  }
}
