package dev.loadline.operator.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.plan.TargetIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs are written as {@code name@minute}, with a plus if they share the target; they wait for ten
 * minutes. It is minute 9.
 */
class AdmissionTest {
  private static final Instant ZERO = Instant.parse("2026-11-24T02:00:00Z");
  private static final Instant NOW = ZERO.plusSeconds(9 * 60);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "a@5  | -           | -          | Granted",
        "a@5  | b@1         | -          | LoadTestRun perf/b loads it",
        "a@5  | b@7         | -          | LoadTestRun perf/b loads it",
        "a@5  | -           | b@4        | LoadTestRun perf/b has waited for it longer",
        "a@5  | -           | b@6        | Granted",
        "a@5  | -           | c@3 b@4    | LoadTestRun perf/c has waited for it longer",
        "a@5  | -           | a@5 b@6    | Granted",
        "b@5  | -           | a@5        | LoadTestRun perf/a has waited for it longer",
        "a@5  | -           | b@-1       | Granted",
        "a@5+ | b@1         | -          | LoadTestRun perf/b loads it and does not share it",
        "a@5  | b@1+        | -          | LoadTestRun perf/b loads it",
        "a@5+ | b@1+ c@2+   | -          | Granted",
        "a@5+ | b@1+        | c@4        | LoadTestRun perf/c has waited for it longer",
        "a@5+ | b@1+        | c@4+       | Granted",
        "a@5+ | b@1+        | c@6        | Granted",
        "a@5+ | -           | c@4+ d@3   | LoadTestRun perf/d has waited for it longer",
        "a@5  | -           | c@4+       | LoadTestRun perf/c has waited for it longer",
      })
  void runsHaveTheTargetForThemselvesInTheOrderInWhichTheyCame(
      String run, String loading, String waiting, String expected) {
    Admission decided = Admission.decide(run(run), runs(loading), () -> runs(waiting), NOW);

    String words =
        switch (decided) {
          case Admission.Granted ignored -> "Granted";
          case Admission.Busy busy -> busy.why();
        };
    assertThat(words).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "-                | -",
        "b@3 a@2          | a",
        "b@3+ a@2         | a",
        "b@2+ a@3+ c@4    | b a",
        "b@2+ a@3 c@4+    | b",
        "a@-1 b@4         | b",
      })
  void nextIsTheFirstWithThoseThatShareItWithIt(String waiting, String expected) {
    assertThat(Admission.next(runs(waiting), NOW))
        .extracting(Contender::name)
        .containsExactly(expected == null ? new String[0] : expected.split(" ", -1));
  }

  /** Whoever asks when and how often: nobody overtakes, nobody is forgotten, nobody is beside. */
  @Test
  void everyRunGetsItsTurnAloneAndInOrder() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      List<Contender> waiting = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        waiting.add(run("r" + i + "@" + random.nextInt(9) + (random.nextBoolean() ? "+" : "")));
      }
      List<Contender> loading = new ArrayList<>();
      List<Contender> begun = new ArrayList<>();
      while (!waiting.isEmpty() || !loading.isEmpty()) {
        List<Contender> asking = new ArrayList<>(waiting);
        Collections.shuffle(asking, random);
        for (Contender run : asking) {
          Admission decided = Admission.decide(run, loading.stream(), waiting::stream, NOW);
          if (decided instanceof Admission.Granted) {
            waiting.remove(run);
            loading.add(run);
            begun.add(run);
          }
        }
        assertThat(loading).isNotEmpty();
        assertThat(loading.size() == 1 || loading.stream().allMatch(Contender::shares)).isTrue();
        loading.remove(random.nextInt(loading.size()));
      }
      List<Contender> alone = begun.stream().filter(run -> !run.shares()).toList();
      assertThat(alone).isSortedAccordingTo(Contender.ORDER);
      assertThat(begun).hasSize(12);
    }
  }

  @Test
  void waitsWithTheDeadlineInItsMessageAndIsMissedThen() {
    Contender run = run("a@5");
    Admission.Busy busy = (Admission.Busy) Admission.decide(run, runs("b@1"), Stream::empty, NOW);

    assertThat(busy.decision(run, run.deadline().minusMillis(1)))
        .isEqualTo(
            new RunDecision.Await(
                RunDecision.Phase.Waiting,
                Reason.TargetBusy,
                "the target vllm.models:8000 is busy: LoadTestRun perf/b loads it; waits for its"
                    + " turn; deadline 2026-11-24T02:15:00Z",
                run.deadline()));
    assertThat(busy.decision(run, run.deadline()))
        .isEqualTo(
            RunDecision.Conclude.of(
                Conclusion.End.Failed,
                Reason.TargetBusy,
                "the target vllm.models:8000 is busy: LoadTestRun perf/b loads it; it was not free"
                    + " before the starting deadline, 2026-11-24T02:15:00Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "a@0  | -1 | -",
        "a@-1 | -2 | DeadlineExceeded: it could not be admitted before",
        "a@-1 |  9 | DeadlineExceeded: it could not be admitted before",
        "a@-1 | 10 | OperatorDown: no operator was running before",
      })
  void isMissedIfItWasNotAdmittedBeforeItsDeadline(String text, int watching, String expected) {
    Contender run = run(text);
    Instant watchingSince = ZERO.plusSeconds(60L * watching);

    assertThat(run.missed(watchingSince, NOW).map(AdmissionTest::words))
        .isEqualTo(
            Optional.ofNullable(expected)
                .map(words -> words + " the starting deadline, " + run.deadline()));
  }

  @Test
  void isMissedForItsBusyTargetIfItWaitedUntilItsDeadlineAlsoWhereTheTargetIsFreeByNow() {
    Contender run = run("a@5");
    String said =
        "the target vllm.models:8000 is busy: LoadTestRun perf/b loads it; waits for its turn;"
            + " deadline 2026-11-24T02:15:00Z";

    assertThat(run.waitedTooLong(said, run.deadline().minusMillis(1))).isEmpty();
    assertThat(run.waitedTooLong(said, run.deadline()).map(AdmissionTest::words))
        .hasValue(
            "TargetBusy: the target vllm.models:8000 is busy: LoadTestRun perf/b loads it; it was"
                + " not free before the starting deadline, 2026-11-24T02:15:00Z");
  }

  private static String words(RunDecision decision) {
    Conclusion conclusion = ((RunDecision.Conclude) decision).conclusion();
    assertThat(conclusion.end()).isEqualTo(Conclusion.End.Failed);
    return conclusion.reason() + ": " + conclusion.message();
  }

  @Test
  void isAdmittedBeforeAnythingElseUnlessItIsToldToStop() {
    assertThat(RunLifecycle.next(Seen.PLAN, Seen.waiting(), Seen.nothing(), NOW))
        .isEqualTo(new RunDecision.Admit());
    assertThat(RunLifecycle.next(Seen.PLAN, Seen.waiting(), Seen.stopped(Seen.nothing()), NOW))
        .isEqualTo(
            RunDecision.Conclude.of(
                Conclusion.End.Stopped, Reason.Stopped, "the run was told to stop"));
  }

  private static Stream<Contender> runs(String text) {
    return text == null ? Stream.empty() : Stream.of(text.split(" +", -1)).map(AdmissionTest::run);
  }

  private static Contender run(String text) {
    boolean shares = text.endsWith("+");
    String[] parts = text.replace("+", "").split("@", 2);
    Instant due = ZERO.plusSeconds(60 * Long.parseLong(parts[1]));
    return new Contender(
        "perf",
        parts[0],
        "uid-" + parts[0],
        new TargetIdentity("vllm.models", 8000),
        shares,
        due,
        due,
        due.plus(Duration.ofMinutes(10)));
  }
}
