package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestStatus;
import dev.loadline.operator.schedule.ScheduleJitter;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the status says next and which runs there are when schedule, zone and jitter are edited. */
class ScheduleEditApiTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void startsARunThatIsDelayedByTheJitterUnderTheNameOfItsMinute() {
    try (LocalCluster cluster = LocalCluster.started()) {
      create(cluster, "schedule: \"0 * * * *\"\nscheduleJitter: 50m\nstartingDeadline: 1s");
      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().nextScheduleTime() != null);
      Duration offset = offset(test, Duration.ofMinutes(50));
      Instant minute = nextHour(cluster.clock.instant().minus(offset));
      assertThat(minute(test.getStatus())).isEqualTo(minute);
      assertThat(test.getStatus().nextScheduleTime()).isEqualTo(minute.plus(offset).toString());

      settledAt(cluster, minute.plus(offset).minusMillis(900));
      assertThat(cluster.runs()).isEmpty();

      LoadTestStatus after = settledAt(cluster, minute.plus(offset).plusMillis(100));
      LoadTestRun run = cluster.run();
      assertThat(run.getMetadata().getName())
          .isEqualTo("chat-" + minute.toString().replaceAll("[-:TZ]", "").substring(0, 12));
      assertThat(run.getSpec().scheduledTime()).isEqualTo(minute.toString());
      assertThat(after.lastScheduleTime()).isEqualTo(minute.toString());
      assertThat(minute(after)).isEqualTo(minute.plus(HOUR));
      assertThat(after.nextScheduleTime()).isEqualTo(minute.plus(HOUR).plus(offset).toString());
      assertThat(after.missedRuns()).isNull();
    }
  }

  @Test
  void saysWhatIsNextRightAfterEachEdit() {
    try (LocalCluster cluster = LocalCluster.started()) {
      create(cluster, "schedule: \"30 3 * * *\"");
      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().nextScheduleTime() != null);
      ZoneId utc = ZoneId.of("Etc/UTC");
      ZoneId kolkata = ZoneId.of("Asia/Kolkata");
      Duration offset = offset(test, HOUR);
      assertThat(test.getStatus().nextScheduleTime()).isEqualTo(first(cluster, 3, 30, utc, 0));

      LoadTestStatus next = edited(cluster, spec -> spec.put("schedule", "45 4 * * *"));
      assertThat(next.nextScheduleTime()).isEqualTo(first(cluster, 4, 45, utc, 0));

      next = edited(cluster, spec -> spec.put("timeZone", "Asia/Kolkata"));
      assertThat(next.nextScheduleTime()).isEqualTo(first(cluster, 4, 45, kolkata, 0));
      assertThat(next.scheduleInForce()).isEqualTo("45 4 * * * Asia/Kolkata");

      next = edited(cluster, spec -> spec.put("scheduleJitter", "1h"));
      assertThat(next.nextScheduleTime())
          .isEqualTo(first(cluster, 4, 45, kolkata, offset.toSeconds()));
      assertThat(minute(next).plus(offset)).isEqualTo(next.nextScheduleTime());

      next = edited(cluster, spec -> spec.put("suspend", true));
      assertThat(next.nextScheduleTime()).isNull();
      assertThat(next.nextScheduledMinute()).isNull();
      assertThat(next.scheduleInForce()).isNull();

      next = edited(cluster, spec -> spec.put("timeZone", "Etc/UTC").remove("scheduleJitter"));
      assertThat(next.nextScheduleTime()).isNull();

      next = edited(cluster, spec -> spec.put("suspend", false));
      assertThat(next.nextScheduleTime()).isEqualTo(first(cluster, 4, 45, utc, 0));

      next = edited(cluster, spec -> spec.remove("schedule"));
      assertThat(next.nextScheduleTime()).isNull();
      assertThat(next.missedRuns()).isNull();
      assertThat(cluster.runs()).isEmpty();
    }
  }

  @Test
  void losesAndDoublesNoRunWhenItIsEditedAroundItsTimes() {
    try (LocalCluster cluster = LocalCluster.started()) {
      create(cluster, "schedule: \"0 * * * *\"");
      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().nextScheduleTime() != null);
      Instant hour = Instant.parse(test.getStatus().nextScheduleTime());
      Duration offset = offset(test, HOUR);

      runs(cluster, settledAt(cluster, hour.plusSeconds(2)), hour.plus(HOUR), hour);
      Instant half = hour.plusSeconds(1800);
      runs(cluster, edited(cluster, spec -> spec.put("schedule", "*/30 * * * *")), half, hour);
      // Read in a zone that is half an hour off, the same times are named.
      runs(cluster, edited(cluster, spec -> spec.put("timeZone", "Asia/Kolkata")), half, hour);
      runs(cluster, settledAt(cluster, half.plusSeconds(2)), hour.plus(HOUR), hour, half);
      Instant last = hour.plus(HOUR);
      runs(
          cluster,
          settledAt(cluster, last.plusSeconds(2)),
          last.plusSeconds(1800),
          hour,
          half,
          last);
      runs(
          cluster,
          edited(cluster, spec -> spec.put("schedule", "0 * * * *").remove("timeZone")),
          last.plus(HOUR),
          hour,
          half,
          last);
      // A minute that ran is not due again by a jitter that moves it behind now.
      LoadTestStatus delayed = edited(cluster, spec -> spec.put("scheduleJitter", "1h"));
      runs(cluster, delayed, last.plus(HOUR).plus(offset), hour, half, last);
      runs(
          cluster,
          edited(cluster, spec -> spec.remove("scheduleJitter")),
          last.plus(HOUR),
          hour,
          half,
          last);
      // What passes while it is suspended is not caught up.
      edited(cluster, spec -> spec.put("suspend", true));
      settledAt(cluster, last.plus(HOUR).plusSeconds(2));
      Instant resumed = last.plus(HOUR).plus(HOUR);
      runs(cluster, edited(cluster, spec -> spec.put("suspend", false)), resumed, hour, half, last);
      runs(
          cluster,
          settledAt(cluster, resumed.plusSeconds(2)),
          resumed.plus(HOUR),
          hour,
          half,
          last,
          resumed);
    }
  }

  @Test
  void countsNoMinuteOfANewScheduleAsMissedThatPassedWhileTheOldOnesRunWaited() {
    try (LocalCluster cluster = LocalCluster.started()) {
      create(cluster, "schedule: \"0 * * * *\"\nconcurrencyPolicy: Forbid\nstartingDeadline: 50m");
      LoadTest test = cluster.awaitTest("chat", is -> is.getStatus().nextScheduleTime() != null);
      Instant hour = Instant.parse(test.getStatus().nextScheduleTime());
      settledAt(cluster, hour.minusSeconds(60));
      edited(cluster, spec -> spec.withObject("/runNow").put("token", "long"));
      String run = cluster.run().getMetadata().getName();
      cluster.sendLoad(run + "-a1");
      assertThat(settledAt(cluster, hour.plusSeconds(2)).nextScheduleTime())
          .isEqualTo(hour.toString());
      settledAt(cluster, hour.plusSeconds(20 * 60 + 30));

      LoadTestStatus waiting = edited(cluster, spec -> spec.put("schedule", "*/2 * * * *"));
      assertThat(waiting.nextScheduleTime()).isEqualTo(hour.toString());
      assertThat(waiting.missedRuns()).isNull();

      LoadTestStatus superseded = settledAt(cluster, hour.plusSeconds(22 * 60 + 2));
      assertThat(superseded.nextScheduleTime()).isEqualTo(hour.plusSeconds(22 * 60).toString());
      assertThat(superseded.missedRuns()).isEqualTo(1);
      assertThat(superseded.lastMissedTime()).isEqualTo(hour.toString());
      assertThat(superseded.lastMissedReason()).isEqualTo("Concurrency");
    }
  }

  private static void create(LocalCluster cluster, String more) {
    String policy = more.contains("concurrencyPolicy") ? "" : "\nconcurrencyPolicy: Allow";
    cluster.create(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: chat}
        spec:
          target: {url: "http://127.0.0.1:8000/v1"}
          workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
          load: {shareTarget: true, stages: [{name: steady, users: 4, duration: 55m}]}
        %s\
        """
            .formatted((more + policy).indent(2)));
  }

  private static Duration offset(LoadTest test, Duration jitter) {
    return ScheduleJitter.offset(jitter, test.getMetadata().getUid());
  }

  private static Instant nextHour(Instant after) {
    return Instant.ofEpochSecond((after.getEpochSecond() / 3600 + 1) * 3600);
  }

  private static Instant minute(LoadTestStatus status) {
    return Instant.parse(
        status.nextScheduledMinute() == null
            ? status.nextScheduleTime()
            : status.nextScheduledMinute());
  }

  /** The first such time of day that is to come, moved by the jitter. */
  private static String first(
      LocalCluster cluster, int hour, int minute, ZoneId zone, long offset) {
    Instant now = cluster.clock.instant();
    ZonedDateTime today = now.atZone(zone).minusDays(1).with(LocalTime.of(hour, minute));
    while (!today.toInstant().plusSeconds(offset).isAfter(now)) {
      today = today.plusDays(1);
    }
    return today.toInstant().plusSeconds(offset).toString();
  }

  private static LoadTestStatus settledAt(LocalCluster cluster, Instant time) {
    cluster.pass(Duration.between(cluster.clock.instant(), time));
    return settled(cluster);
  }

  private static LoadTestStatus edited(LocalCluster cluster, Consumer<ObjectNode> edit) {
    cluster.changeTest(
        "chat",
        test -> {
          edit.accept(test.withObject("/spec"));
          return test;
        });
    return settled(cluster);
  }

  /** When a pass has seen the test as it is. */
  private static LoadTestStatus settled(LocalCluster cluster) {
    return cluster
        .awaitTest(
            "chat",
            is -> is.getMetadata().getGeneration().equals(is.getStatus().observedGeneration()))
        .getStatus();
  }

  /** What is next, these runs and no others, and nothing was missed. */
  private static void runs(
      LocalCluster cluster, LoadTestStatus status, Instant next, Instant... minutes) {
    assertThat(status.nextScheduleTime()).isEqualTo(next.toString());
    assertThat(status.missedRuns()).isNull();
    await()
        .atMost(LocalCluster.LIMIT)
        .untilAsserted(() ->
            assertThat(cluster.runs())
                .extracting(run -> run.getSpec().scheduledTime())
                .containsExactlyInAnyOrderElementsOf(
                    Arrays.stream(minutes).map(Instant::toString).toList()));
  }
}
