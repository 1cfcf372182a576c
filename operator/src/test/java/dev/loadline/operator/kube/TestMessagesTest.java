package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.schedule.MissedReason;
import dev.loadline.operator.schedule.Occurrence;
import dev.loadline.operator.schedule.ScheduleDecision.Skip;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people are told of missed runs and of calls that failed. */
class TestMessagesTest {
  private static final Instant DUE = Instant.parse("2026-11-24T02:00:00Z");
  private static final String SERVER = "https://10.0.0.1:6443/apis";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CONCURRENCY | 60 | another run was active, and a later time became due",
        "CONCURRENCY | 3600 | another run was active when it was due, and the starting deadline has"
            + " passed",
        "DEADLINE_EXCEEDED | 60 | it could not be started before a later time became due",
        "DEADLINE_EXCEEDED | 3600 | it could not be started within the starting deadline",
        "OPERATOR_DOWN | 60 | no operator was running",
        "OPERATOR_DOWN | 3600 | no operator was running",
      })
  void saysWhyARunWasMissed(MissedReason reason, int nextSeconds, String why) {
    assertThat(missed(reason, 1, nextSeconds))
        .isEqualTo(
            "a scheduled run was missed, scheduled for 2026-11-24T02:00:00Z at the latest: " + why);
    assertThat(missed(reason, 3, nextSeconds))
        .startsWith("3 scheduled runs were missed, scheduled for 2026-11-24T02:00:00Z")
        .endsWith(why);
  }

  /** Looked at two minutes after the due time, which is within the deadline. */
  private static String missed(MissedReason reason, int count, int nextSeconds) {
    LoadTest test = new LoadTest();
    test.getMetadata().setGeneration(1L);
    Instant now = DUE.plusSeconds(120);
    TestRuns runs = TestRuns.of(test, Stream.of(), now);
    Instant next = DUE.plusSeconds(nextSeconds);
    return new TestPass(test, null, runs, new TestStatus(test, runs), now)
        .missed(new Skip(reason, count, DUE, Optional.of(new Occurrence(next, next))));
  }

  @Test
  void givesTheApiServersOwnWordsAndNeverItsAddress() {
    KubernetesClientException refused =
        new KubernetesClientException(
            "Failure executing: POST at: " + SERVER,
            403,
            new StatusBuilder().withCode(403).withMessage("exceeded quota: runs").build());
    assertThat(ApiFailure.message(refused)).isEqualTo("exceeded quota: runs");
    assertThat(ApiFailure.message(new IllegalStateException("wrapped", refused)))
        .isEqualTo("exceeded quota: runs");
  }

  @Test
  void hasASentenceWhereTheApiServerSaysNothing() {
    assertThat(ApiFailure.message(new KubernetesClientException(null, 503, null)))
        .isEqualTo("the API server answered with HTTP status 503");
    assertThat(
            ApiFailure.message(
                new KubernetesClientException(
                    "x " + SERVER, 500, new StatusBuilder().withMessage(" ").build())))
        .isEqualTo("the API server answered with HTTP status 500");
    assertThat(
            ApiFailure.message(
                new KubernetesClientException("x " + SERVER, new IOException("reset " + SERVER))))
        .isEqualTo("the API server could not be reached or did not answer in time");
    assertThat(ApiFailure.message(new NullPointerException()))
        .isEqualTo("a defect of the operator (NullPointerException): its log says more");
  }
}
