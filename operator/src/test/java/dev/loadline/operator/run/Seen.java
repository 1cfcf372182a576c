package dev.loadline.operator.run;

import dev.loadline.operator.plan.Lifecycle;
import dev.loadline.operator.run.RunFacts.JobFact;
import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What tests say was seen, and when. A run starts at {@link #START}. */
final class Seen {
  static final Instant START = Instant.parse("2026-11-24T02:00:00Z");
  static final Instant LOAD = START.plusSeconds(60);
  static final Lifecycle PLAN =
      new Lifecycle(
          Duration.ofMinutes(15),
          Duration.ofMinutes(30),
          3,
          Optional.empty(),
          Lifecycle.PodRetention.OnFailure);
  static final JobFact.Present JOB =
      new JobFact.Present("nightly-a1", START.plusSeconds(1), false, Optional.empty());
  static final JobFact.Present DELETING =
      new JobFact.Present("nightly-a1", START.plusSeconds(1), true, Optional.empty());

  private Seen() {}

  static JobFact failedJob(String why) {
    return new JobFact.Present("nightly-a1", START.plusSeconds(1), false, Optional.of(why));
  }

  static RunFacts nothing() {
    return new RunFacts(false, new JobFact.Absent(), List.of(), Optional.empty());
  }

  static RunFacts of(JobFact job, PodHealth... pods) {
    List<RunFacts.Pod> list =
        List.of(pods).stream().map(health -> new RunFacts.Pod("pod-1", health)).toList();
    return new RunFacts(false, job, list, Optional.empty());
  }

  static RunFacts warned(String event) {
    return new RunFacts(false, JOB, List.of(), Optional.of(event));
  }

  static RunFacts stopped(RunFacts facts) {
    return new RunFacts(true, facts.job(), facts.pods(), facts.warning());
  }

  static RunProgress fresh() {
    return new RunProgress(
        Optional.of(START), List.of(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Not admitted yet. */
  static RunProgress waiting() {
    return new RunProgress(
        Optional.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** So many attempts, the last of which goes on. */
  static RunProgress attempt(int number) {
    return progress(number, Optional.empty(), Optional.empty());
  }

  static RunProgress sending() {
    return progress(1, Optional.of(LOAD), Optional.empty());
  }

  /** The last attempt was given up after ten seconds. */
  static RunProgress givenUp(int number) {
    return progress(number, Optional.empty(), Optional.of(START.plusSeconds(10)));
  }

  /** So many attempts, the last of which goes on; those before it found nobody at the target. */
  static RunProgress afterRefusals(int number) {
    RunProgress.Cause refused =
        new RunProgress.Cause(Reason.TargetUnreachable, "127.0.0.1 port 1 refused the connection");
    return with(
        attempt(number).attempts().stream()
            .map(attempt ->
                attempt.ended().isEmpty()
                    ? attempt
                    : new RunProgress.Attempt(
                        attempt.number(), Optional.empty(), attempt.ended(), Optional.of(refused)))
            .toList());
  }

  /** So many attempts, all of which found nobody at the target. */
  static RunProgress refused(int number) {
    return with(afterRefusals(number + 1).attempts().subList(0, number));
  }

  private static RunProgress with(List<RunProgress.Attempt> attempts) {
    return new RunProgress(
        Optional.of(START), attempts, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static RunProgress progress(int number, Optional<Instant> load, Optional<Instant> ended) {
    List<RunProgress.Attempt> attempts = new ArrayList<>();
    for (int i = 1; i < number; i++) {
      attempts.add(
          new RunProgress.Attempt(i, Optional.empty(), Optional.of(START), Optional.empty()));
    }
    attempts.add(new RunProgress.Attempt(number, load, ended, Optional.empty()));
    return with(attempts);
  }

  /** The first attempt, which has had a trouble for some time. */
  static RunProgress troubled(Reason reason, Instant since) {
    return new RunProgress(
        Optional.of(START),
        attempt(1).attempts(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new RunProgress.Trouble(reason, since)));
  }

  static RunProgress concluded(boolean failed) {
    return failed
        ? concluded(Conclusion.End.Damaged, Reason.RunnerLost)
        : concluded(Conclusion.End.Completed, Reason.Measured);
  }

  static RunProgress concluded(Conclusion.End end, Reason reason) {
    return ended(new RunProgress.Ending(end, reason), Optional.empty());
  }

  private static RunProgress ended(RunProgress.Ending ending, Optional<Instant> finished) {
    return new RunProgress(
        Optional.of(START), attempt(1).attempts(), Optional.of(ending), finished, Optional.empty());
  }

  static RunProgress finished(boolean failed, Instant at) {
    return ended(concluded(failed).ending().orElseThrow(), Optional.of(at));
  }

  /** Ended before the first request. */
  static PodHealth.Ended early(int exitCode, String output) {
    return new PodHealth.Ended(
        Optional.of(exitCode), Optional.empty(), Optional.empty(), output, false);
  }

  /** Ended after it had been ready. */
  static PodHealth.Ended late(int exitCode, String output) {
    return new PodHealth.Ended(
        Optional.of(exitCode), Optional.empty(), Optional.empty(), output, true);
  }

  static PodHealth.Ended outOfMemory(boolean wasReady) {
    return new PodHealth.Ended(
        Optional.of(137), Optional.of("1Gi"), Optional.empty(), "", wasReady);
  }

  static PodHealth.Ended disrupted(Optional<Integer> exitCode, boolean wasReady) {
    return new PodHealth.Ended(
        exitCode, Optional.empty(), Optional.of("EvictionByEvictionAPI: node drain"), "", wasReady);
  }

  static String output(Outcome outcome, boolean loadStarted, String message) {
    return ResultCodec.encode(result(outcome, loadStarted, message));
  }

  /** An end for want of a target. */
  static String unusable(String reason, String message) {
    return ResultCodec.encode(
        result(Outcome.TARGET_UNREACHABLE, Optional.of(reason), false, message));
  }

  /** Told to stop while it waited for the target. */
  static String stoppedWaiting(String reason, String message) {
    return ResultCodec.encode(result(Outcome.STOPPED, Optional.of(reason), false, message));
  }

  static RunResult result(Outcome outcome, boolean loadStarted, String message) {
    return result(outcome, Optional.empty(), loadStarted, message);
  }

  private static RunResult result(
      Outcome outcome, Optional<String> reason, boolean loadStarted, String message) {
    return new RunResult(
        RunResult.VERSION,
        outcome,
        message.isEmpty() ? Optional.empty() : Optional.of(message),
        reason,
        Optional.empty(),
        loadStarted ? OptionalLong.of(LOAD.toEpochMilli()) : OptionalLong.empty(),
        LOAD.toEpochMilli(),
        List.of(),
        new RunResult.Generator(
            1,
            OptionalLong.empty(),
            OptionalLong.empty(),
            0,
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            0,
            false),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }
}
