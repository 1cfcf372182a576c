package dev.loadline.operator.plan;

import dev.loadline.operator.api.LimitsSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

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

  /** No limit of requests is higher, nor is a cap. */
  public static final long MOST_REQUESTS = 1_000_000_000;

  /** No limit of output tokens is higher, nor is a cap. */
  public static final long MOST_OUTPUT_TOKENS = 1_000_000_000_000L;

  /** What a load runner needs beside load and drain: to warm its client up, to write its result. */
  static final Duration RUNNER_NEEDS = Duration.ofSeconds(15);

  static final String FIELD = "spec.limits";

  /**
   * The limits that a status tells. What is above its bounds is the highest that there is, and what
   * is no limit at all is none: nothing that is stored makes a limit smaller than it was.
   */
  public static Limits of(@Nullable LimitsSpec stored) {
    return stored == null
        ? NONE
        : new Limits(
            count(stored.requests(), MOST_REQUESTS),
            count(stored.outputTokens(), MOST_OUTPUT_TOKENS),
            Optional.ofNullable(stored.runnerPodTime())
                .flatMap(Problems::durationOf)
                .filter(Duration::isPositive)
                .map(time -> time.compareTo(Problems.LONGEST) > 0 ? Problems.LONGEST : time));
  }

  private static OptionalLong count(@Nullable Long stored, long most) {
    return stored == null || stored < 1
        ? OptionalLong.empty()
        : OptionalLong.of(Math.min(stored, most));
  }

  /**
   * A runner's time as text; empty if it is none, longer than 30 days, finer than a millisecond, or
   * so short that no load could be sent.
   */
  public static Optional<Duration> runnerTime(String text) {
    Problems problems = new Problems();
    Duration time = problems.duration(text, RUNNER_NEEDS, FIELD);
    return Optional.of(time).filter(is -> is.compareTo(RUNNER_NEEDS) > 0);
  }

  /** The same as a spec writes it; null if there is none. */
  public @Nullable LimitsSpec toSpec() {
    return equals(NONE)
        ? null
        : new LimitsSpec(
            requests.isPresent() ? requests.getAsLong() : null,
            outputTokens.isPresent() ? outputTokens.getAsLong() : null,
            runnerPodTime.map(Problems::text).orElse(null));
  }

  /** Why a run with these limits is refused beside the caps; empty if it is not. */
  public List<Problem> refusal(Limits caps, Load load) {
    List<Problem> above = above(caps);
    return above.isEmpty()
        ? atMost(caps).tooShort(load).filter(ignored -> tooShort(load).isEmpty()).stream()
            .map(problem -> new Problem(problem.field(), "the cap of " + problem.message()))
            .toList()
        : above;
  }

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
