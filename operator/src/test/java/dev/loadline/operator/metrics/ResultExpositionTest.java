package dev.loadline.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultExpositionTest {
  private static final String LABELS = "loadtest=\"chat\",model=\"gemma\",namespace=\"perf\"";

  private final KubernetesSerialization serialization = new KubernetesSerialization();
  private final List<LoadTest> tests = new ArrayList<>();
  private final List<LoadTestRun> runs = new ArrayList<>();

  @Test
  void showsTheFiguresOfTheLastFinishedRun() {
    tests.add(test());
    runs.add(finished("old", "2026-11-23T02:07:00Z", "Fail", "999000"));
    runs.add(finished("new", "2026-11-24T02:07:00Z", "Pass", "214000"));
    assertThat(series())
        .contains(
            "loadline_ttft_seconds{" + stage("0.5") + "} 0.20096",
            "loadline_ttft_seconds{" + stage("0.95") + "} 0.214",
            "loadline_ttft_seconds{" + stage("1") + "} 0.2601",
            "loadline_time_per_output_token_seconds{" + stage("0.95") + "} 0.0204",
            "loadline_ttft_scheduled_seconds{" + stage("0.95") + "} 2.214",
            "loadline_request_latency_seconds{" + stage("0.99") + "} 1.6",
            "loadline_request_latency_scheduled_seconds{" + stage("0.99") + "} 3.6",
            "loadline_output_tokens_per_second{" + LABELS + ",stage=\"steady\"} 780.8",
            "loadline_requests_per_second{" + LABELS + ",stage=\"steady\"} 12.2",
            "loadline_goodput_requests_per_second{" + LABELS + ",stage=\"steady\"} 12.1",
            "loadline_error_ratio{" + LABELS + ",stage=\"steady\"} 0.005",
            "loadline_last_run_verdict{" + LABELS + ",verdict=\"Pass\"} 1.0",
            "loadline_last_run_verdict{" + LABELS + ",verdict=\"Fail\"} 0.0",
            "loadline_last_run_timestamp_seconds{" + LABELS + "} 1.79548602E9",
            "loadline_objective_met{" + LABELS + ",objective=\"first-token\"} 1.0",
            "loadline_next_run_timestamp_seconds{loadtest=\"chat\",namespace=\"perf\"} 1.7955552E9",
            "loadline_active_runs{loadtest=\"chat\",namespace=\"perf\"} 0.0")
        .noneMatch(line -> line.contains("0.999"));
  }

  @Test
  void runThatWaitedTooLongForItsTargetHidesNoResult() {
    tests.add(test());
    runs.add(finished("new", "2026-11-24T02:07:00Z", "Pass", "214000"));
    runs.add(
        serialization.unmarshal(
            """
            metadata:
              name: missed
              namespace: perf
              creationTimestamp: "2026-11-25T02:00:00Z"
              ownerReferences: [{apiVersion: v1, kind: LoadTest, name: chat, uid: u-1, controller: true}]
            status:
              verdict: None
              completionTime: "2026-11-25T02:10:00Z"
              failure: {reason: TargetBusy, message: busy}
            """,
            LoadTestRun.class));
    assertThat(series())
        .contains(
            "loadline_ttft_seconds{" + stage("0.95") + "} 0.214",
            "loadline_last_run_verdict{" + LABELS + ",verdict=\"Pass\"} 1.0",
            "loadline_active_runs{loadtest=\"chat\",namespace=\"perf\"} 0.0");
  }

  @Test
  void leavesOutWhatIsNotKnown() {
    tests.add(test());
    runs.add(finished("new", "2026-11-24T02:07:00Z", "Pass", "214000"));
    assertThat(series())
        .noneMatch(line -> line.contains("NaN"))
        .noneMatch(line ->
            line.startsWith("loadline_time_per_output_token") && line.contains("quantile=\"0.99\""))
        .noneMatch(line -> line.startsWith("loadline_inter_token"))
        .noneMatch(line -> line.contains("objective=\"not-judged\""));
  }

  @Test
  void showsNoOtherRunOnceTheLastOneIsDeleted() {
    tests.add(test());
    runs.add(finished("old", "2026-11-24T02:06:59Z", "Pass", "999000"));
    runs.add(finished("of a wrong clock", "2027-11-24T02:06:59Z", "Pass", "999000"));
    assertThat(series())
        .isNotEmpty()
        .noneMatch(line -> line.startsWith("loadline_last_run"))
        .noneMatch(line -> line.startsWith("loadline_ttft"));
  }

  @Test
  void showsTheRunThatTheTestsStatusNamesWhateverTimesOthersTell() {
    tests.add(test());
    runs.add(finished("of a wrong clock", "2027-11-24T02:06:59Z", "Pass", "999000"));
    runs.add(finished("new", "2026-11-24T02:07:00Z", "Fail", "214000"));
    assertThat(series())
        .contains(
            "loadline_ttft_seconds{" + stage("0.95") + "} 0.214",
            "loadline_last_run_verdict{" + LABELS + ",verdict=\"Fail\"} 1.0");
  }

  @ParameterizedTest
  @CsvSource({"Pass, true", "Fail, true", "None, true", "Invalid, false"})
  void showsFiguresAndObjectivesOnlyOfAMeasurementThatCanBeTrusted(String verdict, boolean shown) {
    tests.add(test());
    runs.add(finished("new", "2026-11-24T02:07:00Z", verdict, "214000"));
    for (String family : List.of("objective_met", "ttft_seconds", "error_ratio")) {
      assertThat(series().stream().anyMatch(line -> line.startsWith("loadline_" + family)))
          .as(family)
          .isEqualTo(shown);
    }
    assertThat(series())
        .contains("loadline_last_run_verdict{" + LABELS + ",verdict=\"" + verdict + "\"} 1.0")
        .anyMatch(line -> line.startsWith("loadline_last_run_timestamp_seconds"));
  }

  @Test
  void neverNamesARun() {
    tests.add(test());
    runs.add(finished("new", "2026-11-24T02:07:00Z", "Pass", "214000"));
    assertThat(series()).noneMatch(line -> line.contains("new"));
  }

  @Test
  void seriesVanishWithTheTest() {
    tests.add(test());
    runs.add(finished("new", "2026-11-24T02:07:00Z", "Pass", "214000"));
    assertThat(series()).isNotEmpty();
    tests.clear();
    assertThat(series()).isEmpty();
  }

  @Test
  void countsActiveRunsAndShowsNoFiguresOfThem() {
    tests.add(test());
    LoadTestRun active = finished("new", "2026-11-24T02:07:00Z", "Pass", "214000");
    active.setStatus(null);
    runs.add(active);
    assertThat(series())
        .contains("loadline_active_runs{loadtest=\"chat\",namespace=\"perf\"} 1.0")
        .noneMatch(line -> line.startsWith("loadline_ttft"));
  }

  @Test
  void doesNotMixUpATestWithAnEarlierOneOfItsName() {
    tests.add(test());
    LoadTestRun earlier = finished("new", "2026-11-23T02:07:00Z", "Fail", "999000");
    earlier.getMetadata().getOwnerReferences().getFirst().setUid("another");
    runs.add(earlier);
    assertThat(series()).noneMatch(line -> line.startsWith("loadline_ttft"));
  }

  /** As the format demands: all series of a family in one group, below one heading. */
  @Test
  void everyFamilyStandsTogetherBelowOneHeading() {
    for (String name : List.of("b", "a", "c")) {
      LoadTest test = test();
      test.getMetadata().setName(name);
      test.getMetadata().setUid(name);
      tests.add(test);
      LoadTestRun run = finished("new", "2026-11-24T02:07:00Z", "Pass", "214000");
      run.getMetadata().getOwnerReferences().getFirst().setUid(name);
      runs.add(run);
    }
    TextFormat.assertGrouped(text());
    assertThat(series().stream().filter(line -> line.startsWith("loadline_active_runs")))
        .hasSize(3);
  }

  private static String stage(String quantile) {
    return LABELS + ",quantile=\"" + quantile + "\",stage=\"steady\"";
  }

  private List<String> series() {
    return text().lines().filter(line -> !line.startsWith("#")).toList();
  }

  private String text() {
    return TextFormat.of(new ResultExposition(() -> tests, () -> runs));
  }

  private LoadTest test() {
    return withStatus(
        "nextScheduleTime: '2026-11-24T21:20:00Z',"
            + " lastRun: {name: new, completionTime: '2026-11-24T02:07:00Z'}");
  }

  private LoadTest withStatus(String fields) {
    return serialization.unmarshal(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: chat, namespace: perf, uid: u-1}
        status: {FIELDS}
        """
            .replace("FIELDS", fields),
        LoadTest.class);
  }

  private LoadTestRun finished(String name, String end, String verdict, String p95) {
    return serialization.unmarshal(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTestRun
        metadata:
          name: NAME
          namespace: perf
          creationTimestamp: "2026-11-20T00:00:00Z"
          ownerReferences: [{apiVersion: loadline.dev/v1alpha1, kind: LoadTest, name: chat, uid: u-1, controller: true}]
        status:
          phase: Completed
          verdict: VERDICT
          completionTime: "END"
          target: {model: gemma, url: "http://server/v1"}
          stages:
            - name: steady
              errorRate: "0.005"
              throughput: {requestsPerSecond: "12.2", outputTokensPerSecond: "780.8", goodputRequestsPerSecond: "12.1"}
              latencyMicros:
                ttft: {count: 3660, mean: 201850, p50: 200960, p90: 207100, p95: TTFT, p99: 231400, max: 260100}
                ttftScheduled: {count: 3660, mean: 2201850, p50: 2200960, p90: 2207100, p95: 2214000, p99: 2231400, max: 2260100}
                tpot: {count: 200, mean: 20110, p50: 20080, p90: 20300, p95: 20400, max: 24100}
                e2e: {count: 3660, mean: 1500000, p50: 1500000, p90: 1520000, p95: 1550000, p99: 1600000, max: 1700000}
                e2eScheduled: {count: 3660, mean: 3500000, p50: 3500000, p90: 3520000, p95: 3550000, p99: 3600000, max: 3700000}
          objectives:
            - {name: first-token, metric: ttft, result: Met}
            - {name: not-judged, metric: tpot, result: NotEnoughSamples}
        """
            .replace("NAME", name)
            .replace("VERDICT", verdict)
            .replace("END", end)
            .replace("TTFT", p95),
        LoadTestRun.class);
  }
}
