package dev.loadline.operator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.run.RunDecision.Await;
import dev.loadline.operator.run.RunFacts.JobFact;
import dev.loadline.runner.contract.RunResult.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Seeded walks through a small cluster in which anything happens at any time, with passes that are
 * skipped as if the operator were down and passes whose deed is done but not recorded. Whatever
 * happens, the rules that always hold must hold.
 */
class RunLifecycleWalkTest {
  private static final int WALKS = 4_000;
  private static final int STEPS = 400;
  private static final String PARTIAL = Seen.output(Outcome.STOPPED, true, "");
  private static final String WHOLE = Seen.output(Outcome.MEASURED, true, "");

  @Test
  void everyWalkKeepsTheRulesAndEnds() {
    Map<Conclusion.End, Integer> ends = new EnumMap<>(Conclusion.End.class);
    for (int seed = 0; seed < WALKS; seed++) {
      Walk walk = new Walk(seed);
      walk.walk();
      ends.merge(walk.conclusions.getLast().end(), 1, Integer::sum);
    }
    assertThat(ends.keySet()).containsExactlyInAnyOrder(Conclusion.End.values());
    assertThat(ends.values()).allMatch(count -> count > WALKS / 100);
  }

  /** A cluster of one Job and its pod, and an operator that looks at it. */
  private static final class Walk {
    private final int seed;
    private final Random random;
    private final List<String> log = new ArrayList<>();
    private final List<Conclusion> conclusions = new ArrayList<>();

    private Instant now = Seen.START;
    private RunProgress progress = Seen.waiting();
    private JobFact job = new JobFact.Absent();
    private Optional<PodHealth> pod = Optional.empty();
    private int jobs;
    private int podsThatSentLoad;
    private boolean stop;
    private boolean loadIsKnown;

    Walk(int seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    void walk() {
      for (int step = 0; step < STEPS && progress.finishedAt().isEmpty(); step++) {
        cluster();
        if (random.nextInt(4) > 0) {
          pass();
        }
      }
      assertThat(progress.finishedAt()).as("walk %s ends: %s", seed, log).isPresent();
      assertThat(conclusions).as("walk %s: %s", seed, log).hasSizeBetween(1, 2);
      if (conclusions.size() == 2) {
        assertThat(conclusions.getFirst().end()).isEqualTo(Conclusion.End.Failed);
        assertThat(conclusions.getLast().end()).isEqualTo(Conclusion.End.Damaged);
      }
      if (loadIsKnown) {
        assertThat(conclusions.getLast().end())
            .as("walk %s: a run that has sent load is no run without: %s", seed, log)
            .isNotEqualTo(Conclusion.End.Failed);
      }
      assertThat(podsThatSentLoad).as("walk %s: %s", seed, log).isLessThanOrEqualTo(1);
      anythingAfterwards();
    }

    /** One thing happens, or nothing. */
    private void cluster() {
      now = now.plusSeconds(1 + random.nextInt(40));
      stop |= random.nextInt(120) == 0;
      if (job instanceof JobFact.Present present) {
        if (present.deleting()) {
          goes(present);
        } else if (recorded() && random.nextInt(60) == 0) {
          job = new JobFact.Present(present.name(), present.created(), true, present.failure());
        } else {
          podLives(present);
        }
      }
    }

    /** Foreground deletion: the pod first, then the Job. */
    private void goes(JobFact.Present present) {
      if (pod.isEmpty()) {
        job = new JobFact.Absent();
      } else if (pod.get() instanceof PodHealth.Ended) {
        pod = Optional.empty();
      } else if (pod.get() instanceof PodHealth.Starting && random.nextInt(3) == 0) {
        // Load had begun, and no probe had seen it.
        podsThatSentLoad++;
        pod = Optional.of(Seen.early(143, PARTIAL));
      } else if (random.nextInt(3) > 0) {
        pod = Optional.of(end(143, present));
      }
    }

    private void podLives(JobFact.Present present) {
      pod =
          switch (pod.orElse(null)) {
            case null ->
                present.failure().isPresent() || random.nextInt(3) == 0
                    ? pod
                    : Optional.of(new PodHealth.Starting());
            case PodHealth.Ready ready ->
                switch (random.nextInt(12)) {
                  case 0 -> Optional.of(end(143, present));
                  case 1 -> Optional.of(end(137, present));
                  case 2 -> Optional.of(end(0, present));
                  case 3 -> Optional.of(new PodHealth.NodeLost(now, true));
                  case 4 -> vanishes(present);
                  default -> Optional.of(ready);
                };
            case PodHealth.NodeLost lost ->
                random.nextInt(3) == 0 ? vanishes(present) : Optional.of(lost);
            case PodHealth.Ended ended -> Optional.of(ended);
            case PodHealth.Starting ignored -> starts(present);
            case PodHealth.Unschedulable ignored -> starts(present);
            case PodHealth.ImageTrouble ignored -> starts(present);
            case PodHealth.ConfigTrouble ignored -> starts(present);
          };
    }

    private Optional<PodHealth> starts(JobFact.Present present) {
      return switch (random.nextInt(14)) {
        case 0 -> Optional.of(new PodHealth.Unschedulable("no node"));
        case 1 -> Optional.of(new PodHealth.ImageTrouble("no image", false, now));
        case 2 -> Optional.of(new PodHealth.ConfigTrouble("no Secret", now));
        case 3, 4 -> Optional.of(Seen.early(69, ""));
        case 5 -> Optional.of(Seen.early(64, ""));
        case 6 -> Optional.of(Seen.disrupted(Optional.empty(), false));
        case 7 -> Optional.of(Seen.outOfMemory(false));
        case 8 -> vanishes(present);
        case 9 -> Optional.of(new PodHealth.NodeLost(now, false));
        default -> {
          podsThatSentLoad++;
          yield Optional.of(new PodHealth.Ready(now));
        }
      };
    }

    private Optional<PodHealth> vanishes(JobFact.Present present) {
      job =
          new JobFact.Present(
              present.name(), present.created(), present.deleting(), Optional.of("pod deleted"));
      return Optional.empty();
    }

    private PodHealth end(int code, JobFact.Present present) {
      boolean ready = pod.orElseThrow() instanceof PodHealth.Ready;
      job =
          new JobFact.Present(
              present.name(),
              present.created(),
              present.deleting(),
              code == 0 ? Optional.empty() : Optional.of("pod failed"));
      String output = code == 0 ? WHOLE : ready && code == 143 ? PARTIAL : "";
      return new PodHealth.Ended(
          Optional.of(code), Optional.empty(), Optional.empty(), output, ready);
    }

    /** The operator looks, decides, does and records; now and then it dies before it records. */
    private void pass() {
      boolean visible = progress.concluded() || recorded();
      RunFacts facts =
          visible
              ? seen(stop)
              : new RunFacts(stop, new JobFact.Absent(), List.of(), Optional.empty());
      observe();
      loadIsKnown |=
          facts.pods().stream()
              .anyMatch(is ->
                  is.health() instanceof PodHealth.Ended ended && ended.output().equals(PARTIAL));
      RunDecision decision = RunLifecycle.next(Seen.PLAN, progress, facts, now);
      log.add(now + " " + facts + " -> " + decision);
      boolean recorded = random.nextInt(8) > 0;
      switch (decision) {
        case RunDecision.CreateRunner create -> create(create.attempt(), recorded);
        case Await await -> {
          assertAwait(await);
          remember(await);
        }
        case RunDecision.EndAttempt ignored -> {
          if (recorded) {
            RunProgress.Attempt last = progress.attempts().getLast();
            replaceLast(
                new RunProgress.Attempt(
                    last.number(), last.loadStarted(), Optional.of(now), Optional.empty()));
          }
        }
        case RunDecision.Admit ignored -> {
          if (recorded) {
            admit();
          }
        }
        case RunDecision.DeleteRunner ignored -> delete();
        case RunDecision.Conclude conclude -> {
          if (recorded) {
            conclusions.add(conclude.conclusion());
            progress =
                new RunProgress(
                    progress.startTime(),
                    progress.attempts(),
                    Optional.of(
                        new RunProgress.Ending(
                            conclude.conclusion().end(), conclude.conclusion().reason())),
                    Optional.empty(),
                    Optional.empty());
          }
        }
        case RunDecision.Finish ignored -> finish();
        case RunDecision.Nothing ignored -> throw broken("nothing to do before the end");
        case RunDecision.DeleteRun ignored -> throw broken("deleted before the end");
      }
    }

    /** The target is free, or becomes so later. */
    private void admit() {
      assertThat(job).as("no Job before the target is taken").isInstanceOf(JobFact.Absent.class);
      if (random.nextInt(3) > 0) {
        progress =
            new RunProgress(
                Optional.of(now),
                progress.attempts(),
                progress.ending(),
                progress.finishedAt(),
                progress.trouble());
      }
    }

    /** As the edge does: the time of a trouble is that of its first sight. */
    private void remember(Await await) {
      Instant since =
          progress
              .trouble()
              .filter(is -> is.reason() == await.reason())
              .map(RunProgress.Trouble::since)
              .orElse(now);
      progress =
          new RunProgress(
              progress.startTime(),
              progress.attempts(),
              progress.ending(),
              progress.finishedAt(),
              Optional.of(new RunProgress.Trouble(await.reason(), since)));
    }

    /** Before the end is recorded, the operator looks for the Job of the last attempt only. */
    private boolean recorded() {
      return !progress.attempts().isEmpty() && progress.attempts().getLast().number() == jobs;
    }

    private RunFacts seen(boolean stopRequested) {
      return new RunFacts(
          stopRequested,
          job,
          pod.map(health -> new RunFacts.Pod("pod", health)).stream().toList(),
          Optional.empty());
    }

    /** As the edge does: readiness is remembered in the same pass. */
    private void observe() {
      if (pod.isPresent()
          && pod.get() instanceof PodHealth.Ready ready
          && recorded()
          && progress.attempts().getLast().ended().isEmpty()) {
        RunProgress.Attempt last = progress.attempts().getLast();
        replaceLast(
            new RunProgress.Attempt(
                last.number(), Optional.of(ready.since()), last.ended(), last.cause()));
      }
    }

    private void replaceLast(RunProgress.Attempt attempt) {
      List<RunProgress.Attempt> attempts = new ArrayList<>(progress.attempts());
      attempts.removeLast();
      attempts.add(attempt);
      progress = withAttempts(attempts);
    }

    private RunProgress withAttempts(List<RunProgress.Attempt> attempts) {
      return new RunProgress(
          progress.startTime(),
          attempts,
          progress.ending(),
          progress.finishedAt(),
          progress.trouble());
    }

    private void create(int attempt, boolean recorded) {
      if (podsThatSentLoad > 0 && attempt > jobs) {
        throw broken("a second runner after load was sent");
      }
      if (attempt > jobs) {
        if (job instanceof JobFact.Present || pod.isPresent()) {
          throw broken("a runner beside another");
        }
        jobs = attempt;
        job = new JobFact.Present("nightly-a" + attempt, now, false, Optional.empty());
      }
      if (recorded) {
        List<RunProgress.Attempt> attempts = new ArrayList<>(progress.attempts());
        attempts.add(
            new RunProgress.Attempt(attempt, Optional.empty(), Optional.empty(), Optional.empty()));
        progress = withAttempts(attempts);
      }
    }

    private void delete() {
      boolean evidenceRecorded =
          progress.concluded()
              || (!progress.attempts().isEmpty()
                  && progress.attempts().getLast().ended().isPresent());
      if (!evidenceRecorded) {
        throw broken("a runner is deleted before what it showed is recorded");
      }
      if (job instanceof JobFact.Present present) {
        job = new JobFact.Present(present.name(), present.created(), true, present.failure());
      }
    }

    private void finish() {
      if (!progress.concluded() || pod.filter(is -> !(is instanceof PodHealth.Ended)).isPresent()) {
        throw broken("finished too early");
      }
      progress =
          new RunProgress(
              progress.startTime(),
              progress.attempts(),
              progress.ending(),
              Optional.of(now),
              Optional.empty());
    }

    private void assertAwait(Await await) {
      assertThat(await.until()).as("walk %s: %s", seed, log).isAfter(now);
      assertThat(await.message())
          .as("walk %s names when it ends, or since when it lasts: %s", seed, log)
          .containsPattern("(deadline|given up at|follows at) 2026-11-2|looked at every 30 s");
    }

    private void anythingAfterwards() {
      for (int i = 0; i < 20; i++) {
        cluster();
        assertThat(RunLifecycle.next(Seen.PLAN, progress, seen(stop), now))
            .as("walk %s: terminal is terminal", seed)
            .isInstanceOfAny(RunDecision.Nothing.class, RunDecision.DeleteRunner.class);
      }
    }

    private AssertionError broken(String rule) {
      return new AssertionError(rule + " in walk " + seed + ": " + String.join("\n", log));
    }
  }
}
