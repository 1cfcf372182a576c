package dev.loadline.operator.run;

import static dev.loadline.operator.run.Seen.DELETING;
import static dev.loadline.operator.run.Seen.JOB;
import static dev.loadline.operator.run.Seen.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.plan.Lifecycle;
import dev.loadline.operator.plan.Lifecycle.PodRetention;
import dev.loadline.operator.run.RunDecision.Await;
import dev.loadline.operator.run.RunDecision.CreateRunner;
import dev.loadline.operator.run.RunDecision.DeleteRun;
import dev.loadline.operator.run.RunDecision.DeleteRunner;
import dev.loadline.operator.run.RunDecision.Finish;
import dev.loadline.operator.run.RunDecision.Nothing;
import dev.loadline.runner.contract.RunResult.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A run from its first pass to its deletion, where nothing or little goes wrong. */
class RunLifecycleTest {
  private static final PodHealth READY = new PodHealth.Ready(Seen.LOAD);
  private static final PodHealth MEASURED = Seen.late(0, Seen.output(Outcome.MEASURED, true, ""));

  private static RunDecision next(RunProgress progress, RunFacts facts, long second) {
    return RunLifecycle.next(Seen.PLAN, progress, facts, START.plusSeconds(second));
  }

  @Test
  void createsTheFirstRunner() {
    assertThat(next(Seen.fresh(), Seen.nothing(), 0)).isEqualTo(new CreateRunner(1));
  }

  @Test
  void makesTheNextAttemptOnceTheLastOneIsGone() {
    RunProgress progress = Seen.givenUp(1);
    PodHealth ended = Seen.early(69, "");
    assertThat(next(progress, Seen.of(JOB, ended), 20)).isInstanceOf(DeleteRunner.class);
    assertThat(next(progress, Seen.of(DELETING, ended), 21))
        .isInstanceOfSatisfying(
            Await.class,
            await -> {
              assertThat(await.phase()).isEqualTo(RunDecision.Phase.Waiting);
              assertThat(await.until()).isEqualTo("2026-11-24T02:00:51Z");
              assertThat(await.message())
                  .startsWith("waits since 2026-11-24T02:00:10Z for the runner's pods to go");
            });
    assertThat(next(progress, Seen.nothing(), 22)).isEqualTo(new CreateRunner(2));
  }

  @Test
  void waitsForTheLastAttemptToGoNotBeyondTheStartupDeadlineAndThenSaysWhatItEndedWith() {
    RunProgress refused = Seen.refused(1);
    RunFacts stuck = Seen.of(DELETING, Seen.early(69, ""));
    assertThat(next(refused, stuck, 890))
        .isInstanceOfSatisfying(
            Await.class,
            await -> {
              assertThat(await.reason()).isEqualTo(Reason.StoppingRunner);
              assertThat(await.until()).isEqualTo(START.plusSeconds(900));
              assertThat(await.message()).endsWith("; deadline 2026-11-24T02:15:00Z");
            });
    assertFailed(next(refused, stuck, 900), Reason.TargetUnreachable, "port 1 refused");
    assertFailed(next(Seen.givenUp(1), stuck, 900), Reason.StartupDeadlineExceeded, "pods to go");
  }

  @ParameterizedTest
  @CsvSource({"1, 20", "2, 30"})
  void pausesBeforeTheNextAttemptLongerEachTime(int attempt, int due) {
    assertThat(next(Seen.givenUp(attempt), Seen.nothing(), due - 1))
        .isInstanceOfSatisfying(
            Await.class,
            await -> {
              assertThat(await.phase()).isEqualTo(RunDecision.Phase.Waiting);
              assertThat(await.until()).isEqualTo(START.plusSeconds(due));
              assertThat(await.message()).contains("follows at " + START.plusSeconds(due));
            });
    assertThat(next(Seen.givenUp(attempt), Seen.nothing(), due))
        .isEqualTo(new CreateRunner(attempt + 1));
  }

  @Test
  void givesNoAttemptUpThatNoOtherCouldFollowBeforeTheStartupDeadline() {
    RunFacts unreachable = Seen.of(JOB, Seen.early(69, "refused"));
    assertThat(next(Seen.attempt(1), unreachable, 889)).isInstanceOf(RunDecision.EndAttempt.class);
    assertThat(next(Seen.attempt(1), unreachable, 890))
        .isInstanceOfSatisfying(
            RunDecision.Conclude.class,
            conclude ->
                assertThat(conclude.conclusion().reason()).isEqualTo(Reason.TargetUnreachable));
  }

  @ParameterizedTest
  @CsvSource({
    "403, 'exceeded quota: jobs, requested: count/jobs.batch=1'",
    "400, 'admission webhook \"policy\" denied the request'"
  })
  void waitsUntilTheJobIsAllowedButNotBeyondTheStartupDeadline(int code, String said) {
    assertThat(refused(code, said, 30))
        .hasValueSatisfying(decision ->
            assertThat(decision)
                .isInstanceOfSatisfying(
                    Await.class,
                    await -> {
                      assertThat(await.reason()).isEqualTo(Reason.PodsNotCreated);
                      assertThat(await.until()).isEqualTo(START.plusSeconds(60));
                      assertThat(await.message()).contains(said, "deadline 2026-11-24T02:15:00Z");
                    }));
    assertThat(refused(code, said, 900))
        .hasValueSatisfying(decision -> assertFailed(decision, Reason.PodsNotCreated, said));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 422})
  void takesAJobThatIsInvalidForASpecThatIsInvalid(int code) {
    assertThat(refused(code, "spec.template: Invalid value", 1))
        .hasValueSatisfying(
            decision -> assertFailed(decision, Reason.InvalidSpec, "spec.template: Invalid value"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 401, 404, 429, 500, 503, 504})
  void asksAgainForAJobWhereTheServerHasATroubleOfItsOwn(int code) {
    assertThat(refused(code, "try again", 1)).isEmpty();
  }

  private static Optional<RunDecision> refused(int code, String said, long second) {
    return RunLifecycle.jobRefused(Seen.PLAN, Seen.fresh(), code, said, START.plusSeconds(second));
  }

  private static void assertFailed(RunDecision decision, Reason reason, String said) {
    assertThat(decision)
        .isInstanceOfSatisfying(
            RunDecision.Conclude.class,
            conclude -> {
              assertThat(conclude.conclusion().end()).isEqualTo(Conclusion.End.Failed);
              assertThat(conclude.conclusion().reason()).isEqualTo(reason);
              assertThat(conclude.conclusion().message()).contains(said);
            });
  }

  @Test
  void waitsForTheJobOfAnEarlierRunButNotBeyondTheStartupDeadline() {
    assertThat(oldJob(30))
        .isInstanceOfSatisfying(
            Await.class,
            await -> {
              assertThat(await.reason()).isEqualTo(Reason.StoppingRunner);
              assertThat(await.until()).isEqualTo(START.plusSeconds(31));
              assertThat(await.message()).contains("nightly-a1", "deadline 2026-11-24T02:15:00Z");
            });
    assertFailed(oldJob(900), Reason.JobNameTaken, "startup deadline of 15m");
    assertFailed(oldJob(900), Reason.JobNameTaken, "Job nightly-a1 of an earlier run");
  }

  private static RunDecision oldJob(int seconds) {
    return RunLifecycle.leftBehind(
        Seen.PLAN, Seen.fresh(), "Job nightly-a1", START.plusSeconds(seconds));
  }

  @Test
  void makesNoAttemptAfterTheStartupDeadline() {
    assertThat(next(Seen.givenUp(1), Seen.nothing(), 899)).isEqualTo(new CreateRunner(2));
    assertThat(next(Seen.givenUp(1), Seen.nothing(), 900))
        .isInstanceOfSatisfying(
            RunDecision.Conclude.class,
            conclude ->
                assertThat(conclude.conclusion().reason())
                    .isEqualTo(Reason.StartupDeadlineExceeded));
  }

  @Test
  void clearsARunnerAwayAfterItsEndIsRecorded() {
    RunProgress progress = Seen.concluded(true);
    assertThat(next(progress, Seen.of(JOB, READY), 90)).isInstanceOf(DeleteRunner.class);
    assertThat(next(progress, Seen.of(DELETING, READY), 91)).isInstanceOf(Await.class);
    assertThat(next(progress, Seen.of(DELETING), 92)).isInstanceOf(Await.class);
    assertThat(next(progress, Seen.nothing(), 93)).isEqualTo(new Finish());
  }

  @Test
  void doesNotFinishWhileAPodRunsWhoseJobIsGone() {
    RunFacts orphan = Seen.of(new RunFacts.JobFact.Absent(), READY);
    assertThat(next(Seen.concluded(true), orphan, 90)).isInstanceOf(Await.class);
  }

  @Test
  void doesNotFinishWhileALostNodeMayStillSendLoad() {
    RunFacts lost = Seen.of(DELETING, new PodHealth.NodeLost(START, true));
    assertThat(next(Seen.concluded(true), lost, 100_000))
        .isInstanceOfSatisfying(
            Await.class,
            await -> {
              assertThat(await.until()).isEqualTo(START.plusSeconds(100_030));
              assertThat(next(Seen.concluded(true), lost, 100_030))
                  .as("says the same at the next look")
                  .isInstanceOfSatisfying(
                      Await.class, later -> assertThat(later.message()).isEqualTo(await.message()));
            });
  }

  @Test
  void finishesWithoutADeletionWhereThePodHasEndedByItself() {
    assertThat(next(Seen.concluded(false), Seen.of(JOB, MEASURED), 500)).isEqualTo(new Finish());
  }

  @Test
  void deletesTheJobThatStillTriesToMakeAPod() {
    assertThat(next(Seen.concluded(true), Seen.warned("exceeded quota"), 900))
        .isInstanceOf(DeleteRunner.class);
  }

  @Test
  void leavesAJobOfSomebodyElseAlone() {
    RunFacts foreign = Seen.of(new RunFacts.JobFact.Foreign("nightly-a1"));
    assertThat(next(Seen.concluded(true), foreign, 90)).isEqualTo(new Finish());
    assertThat(next(Seen.finished(true, START), foreign, 90))
        .isEqualTo(new Nothing(Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "Never, false, true",
    "Never, true, true",
    "OnFailure, false, true",
    "OnFailure, true, false",
    "Always, false, false",
    "Always, true, false",
  })
  void keepsTheRunnerAsLongAsTheSpecSays(PodRetention retention, boolean failed, boolean deleted) {
    RunDecision decision =
        RunLifecycle.next(
            plan(retention, Optional.empty()),
            Seen.finished(failed, START.plusSeconds(500)),
            Seen.of(JOB, MEASURED),
            START.plusSeconds(501));
    assertThat(decision)
        .isEqualTo(deleted ? new DeleteRunner("the run is over") : new Nothing(Optional.empty()));
  }

  @Test
  void deletesTheRunAfterItsTimeToLive() {
    Lifecycle plan = plan(PodRetention.Always, Optional.of(Duration.ofHours(1)));
    Instant finished = START.plusSeconds(500);
    Instant end = finished.plus(Duration.ofHours(1));
    RunProgress progress = Seen.finished(false, finished);
    RunFacts facts = Seen.of(JOB, MEASURED);
    assertThat(RunLifecycle.next(plan, progress, facts, end.minusMillis(1)))
        .isEqualTo(new Nothing(Optional.of(end)));
    assertThat(RunLifecycle.next(plan, progress, facts, end)).isEqualTo(new DeleteRun());
  }

  @Test
  void keepsARunForAMinuteSoThatItsTestSeesTheEnd() {
    Lifecycle plan = plan(PodRetention.Always, Optional.of(Duration.ofSeconds(1)));
    RunProgress progress = Seen.finished(false, START.plusSeconds(500));
    RunFacts facts = Seen.of(JOB, MEASURED);
    assertThat(RunLifecycle.next(plan, progress, facts, START.plusSeconds(559)))
        .isEqualTo(new Nothing(Optional.of(START.plusSeconds(560))));
    assertThat(RunLifecycle.next(plan, progress, facts, START.plusSeconds(560)))
        .isEqualTo(new DeleteRun());
  }

  @ParameterizedTest
  @EnumSource(PodRetention.class)
  void startsNothingOnceFinishedWhateverIsSeen(PodRetention retention) {
    RunProgress progress = Seen.finished(true, START.plusSeconds(500));
    for (RunFacts facts :
        new RunFacts[] {
          Seen.nothing(),
          Seen.stopped(Seen.nothing()),
          Seen.of(JOB),
          Seen.of(JOB, READY),
          Seen.of(JOB, Seen.early(69, "")),
          Seen.of(DELETING, READY),
        }) {
      assertThat(
              RunLifecycle.next(
                  plan(retention, Optional.empty()), progress, facts, START.plusSeconds(99_999)))
          .isInstanceOfAny(Nothing.class, DeleteRunner.class);
    }
  }

  private static Lifecycle plan(PodRetention retention, Optional<Duration> timeToLive) {
    return new Lifecycle(
        Seen.PLAN.startupDeadline(), Seen.PLAN.activeDeadline(), 3, timeToLive, retention);
  }
}
