package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run of 09:00 passed while the node's clock was ahead; now, at 10:00, it is right again. */
class LastResultsTest {
  private static final Instant NINE = Instant.parse("2026-11-24T09:00:00Z");
  private static final Instant TEN = NINE.plus(Duration.ofHours(1));
  private static final Instant WRONG = Instant.parse("2026-12-24T09:00:00Z");

  private final KubernetesSerialization serialization = new KubernetesSerialization();
  private final List<LoadTestRun> runs = new ArrayList<>();
  private final LoadTest test =
      serialization.unmarshal(
          """
          apiVersion: loadline.dev/v1alpha1
          kind: LoadTest
          metadata: {name: chat, namespace: perf, uid: u1, generation: 1,
            creationTimestamp: "2026-11-01T00:00:00Z"}
          spec: {schedule: "0 * * * *"}
          """,
          LoadTest.class);

  @BeforeEach
  void passedWhileTheClockWasAhead() {
    run("before", NINE.minusSeconds(7200), NINE.minusSeconds(7100), "Fail");
    pass(NINE.minusSeconds(7000));
    run("ahead", NINE, Instant.MIN, "");
    pass(NINE);
    runs.removeLast();
    run("ahead", NINE, WRONG, "Pass");
    pass(WRONG.plusSeconds(1));
    assertThat(test.getStatus().lastRun().completionTime()).isEqualTo(WRONG.toString());
  }

  @Test
  void endedNowAtTheLatestOnceTheClockIsRight() {
    pass(TEN);
    assertLast("ahead", TEN);
    pass(TEN.plusSeconds(60));
    assertLast("ahead", TEN);
    assertThat(test.getStatus().lastSuccessfulTime()).isEqualTo(TEN.toString());
  }

  /** Also when the time that the wrong clock told has come. */
  @ParameterizedTest
  @ValueSource(longs = {700, 60 * 86400})
  void nextResultIsTheLastFromThenOn(long seconds) {
    pass(TEN);
    runNext("Fail");
    pass(TEN.plusSeconds(seconds));
    assertLast("next", TEN.plusSeconds(600));
    assertThat(test.getStatus().lastSuccessfulTime()).isEqualTo(TEN.toString());
    assertThat(healthy()).isEqualTo("Failing");
  }

  @Test
  void nextResultIsTheLastAlsoOnceTheRunOfTheWrongClockIsDeleted() {
    runs.removeLast();
    pass(TEN);
    assertLast("ahead", TEN);
    runNext("Fail");
    pass(TEN.plusSeconds(700));
    assertLast("next", TEN.plusSeconds(600));
  }

  @Test
  void noOlderRunTakesItsPlaceOnceItIsDeleted() {
    pass(TEN);
    runs.removeLast();
    pass(TEN.plusSeconds(60));
    assertLast("ahead", TEN);
  }

  @Test
  void resultThatTheStatusDoesNotKnowYetIsNotTakenForRecorded() {
    runNext("Pass");
    assertThat(status(TEN.plusSeconds(700)).recorded(runs.getLast())).isFalse();
    pass(TEN.plusSeconds(700));
    assertThat(status(TEN.plusSeconds(701)).recorded(runs.getLast())).isTrue();
    assertThat(status(TEN.plusSeconds(701)).recorded(runs.get(1))).isTrue();
  }

  /** Or it would never be deleted. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runOfTheWrongClockIsRecordedAlsoWhenItsTimeHasCome(boolean another) {
    pass(TEN);
    if (another) {
      runNext("Pass");
      pass(TEN.plusSeconds(700));
    }
    pass(WRONG.plusSeconds(1));
    assertThat(runs.stream().filter(status(WRONG.plusSeconds(2))::recorded))
        .containsExactlyElementsOf(runs);
  }

  @Test
  void runOfTheWrongClockIsPrunedBeforeTheNextOne() {
    runNext("Pass");
    assertThat(TestRuns.of(test, runs.stream(), TEN.plusSeconds(700)).beyond(1, 1))
        .extracting(run -> run.getMetadata().getName())
        .containsExactly("before", "ahead");
  }

  @Test
  void runThatEndedAMomentAfterALaterOneIsALastRunAsWell() {
    pass(TEN);
    run("long", TEN.plusSeconds(10), Instant.MIN, "");
    run("short", TEN.plusSeconds(20), Instant.MIN, "");
    pass(TEN.plusSeconds(30));
    runs.removeLast();
    run("short", TEN.plusSeconds(20), TEN.plusSeconds(40), "Fail");
    pass(TEN.plusSeconds(50));
    assertLast("short", TEN.plusSeconds(40));
    runs.remove(2);
    run("long", TEN.plusSeconds(10), TEN.plusSeconds(60), "Pass");
    pass(TEN.plusSeconds(70));
    assertLast("long", TEN.plusSeconds(60));
  }

  private void runNext(String verdict) {
    run("next", TEN.plusSeconds(300), TEN.plusSeconds(600), verdict);
  }

  private void assertLast(String name, Instant end) {
    LoadTestStatus.LastRun last = test.getStatus().lastRun();
    assertThat(last.name()).isEqualTo(name);
    assertThat(last.completionTime()).isEqualTo(end.toString());
  }

  private String healthy() {
    return test.getStatus().conditions().stream()
        .filter(condition -> condition.getType().equals("Healthy"))
        .map(Condition::getReason)
        .findFirst()
        .orElseThrow();
  }

  private TestStatus status(Instant now) {
    TestStatus status = new TestStatus(test, TestRuns.of(test, runs.stream(), now));
    status.ready("Scheduled", "runs by its schedule");
    return status;
  }

  private void pass(Instant now) {
    test.setStatus(status(now).intended().getStatus());
  }

  private void run(String name, Instant created, Instant end, String verdict) {
    String status =
        end.equals(Instant.MIN)
            ? "{phase: Running}"
            : "{phase: Completed, verdict: " + verdict + ", completionTime: \"" + end + "\"}";
    runs.add(
        serialization.unmarshal(
            """
            apiVersion: loadline.dev/v1alpha1
            kind: LoadTestRun
            metadata:
              name: %s
              namespace: perf
              creationTimestamp: "%s"
              ownerReferences: [{apiVersion: loadline.dev/v1alpha1, kind: LoadTest, name: chat,
                uid: u1, controller: true}]
            spec: {loadTest: chat, trigger: Schedule, scheduledTime: "%s"}
            status: %s
            """
                .formatted(name, created, created, status),
            LoadTestRun.class));
  }
}
