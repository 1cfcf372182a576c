package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of a finished run. */
class ResultTableTest {
  private final KubernetesSerialization serialization = new KubernetesSerialization();

  private List<String> table(String load) {
    return tableOf(load, "{sent: 300, completed: 300, failed: 0, cut: 0}", "NoObjectives");
  }

  private List<String> tableOf(String load, String requests, String reason) {
    return tableOf(load, requests, reason, "5");
  }

  private List<String> tableOf(String load, String requests, String reason, String throughput) {
    return ResultTable.lines(
        serialization.unmarshal(
            """
            apiVersion: loadline.dev/v1alpha1
            kind: LoadTestRun
            metadata: {name: chat-1, namespace: perf}
            status:
              verdict: None
              verdictReason: REASON
              stages:
                - name: main
                  load: LOAD
                  windowMillis: 60000
                  throughput: {requestsPerSecond: "THROUGHPUT"}
                  requests: REQUESTS
                  latencyMicros:
                    ttft: {count: 300, mean: 200000, p50: 200000, p90: 205000, p95: 210000, max: 250000}
                    ttftScheduled: {count: 300, mean: 2200000, p50: 2200000, p95: 2210000, max: 2250000}
                    tpot: {count: 300, mean: 20000, p50: 20000, p95: 21000, max: 25000}
                    e2e: {count: 300, mean: 800000, p50: 800000, p95: 810000, max: 850000}
                    e2eScheduled: {count: 300, mean: 2800000, p50: 2800000, p95: 2810000, max: 2850000}
            """
                .replace("LOAD", load)
                .replace("THROUGHPUT", throughput)
                .replace("REQUESTS", requests)
                .replace("REASON", reason),
            LoadTestRun.class));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{users: 1} | 1 user",
        "{users: 16} | 16 users",
        "{users: 64, rampFrom: '1'} | 1 to 64 users",
        "{requestsPerSecond: '4.5', arrival: Poisson} | 4.5 requests/s Poisson",
        "{requestsPerSecond: '9', arrival: Constant, rampFrom: '0.5'} | 0.5 to 9 requests/s"
            + " Constant",
        "{requestsPerSecond: '8', arrival: Gamma, burstiness: '0.25'} | 8 requests/s Gamma,"
            + " burstiness 0.25",
        "{speed: '2'} | trace × 2",
      })
  void saysWhatTheLoadOfAStageWas(String load, String words) {
    assertThat(table(load))
        .filteredOn(line -> line.contains("300") && line.contains("60s"))
        .singleElement()
        .satisfies(line -> assertThat(line).containsPattern("main +\\Q" + words + "\\E  +"));
  }

  @Test
  void showsOfAClosedLoopWhatCountsFromTheFirstByteSent() {
    assertThat(String.join("\n", table("{users: 16}")))
        .containsPattern("main +TTFT +300 +200ms +200ms +205ms +210ms")
        .containsPattern("main +latency +300 +800ms")
        .doesNotContain("scheduled");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{requestsPerSecond: '4.5', arrival: Poisson}", "{speed: '1'}"})
  void showsOfAnOpenLoopFirstWhatCountsFromWhenARequestWasDue(String load) {
    assertThat(String.join("\n", table(load)))
        .containsPattern("main +TTFT scheduled +300 +2.2s +2.2s +- +2.21s")
        .containsPattern("main +latency scheduled +300 +2.8s")
        .containsPattern("(?s)TTFT scheduled.*main +TTFT +300 +200ms.*main +TPOT");
  }

  @Test
  void saysThatPercentilesLeaveOutTheRequestsThatWereCutOff() {
    assertThat(table("{requestsPerSecond: '12', arrival: Poisson}"))
        .noneMatch(line -> line.contains("cut off"));
    String cut = "{sent: 149, completed: 44, failed: 0, cut: 105}";
    assertThat(tableOf("{requestsPerSecond: '12', arrival: Poisson}", cut, "ObjectiveMissed"))
        .containsSubsequence(
            "105 of 149 requests in main had not ended when they were cut off: the percentiles"
                + " above are of the 44 that completed, the true ones are higher",
            "",
            "Verdict: None (ObjectiveMissed)");
    assertThat(tableOf("{users: 16}", cut, "Stopped"))
        .anyMatch(line -> line.endsWith("of the 44 that completed, the true ones may be higher"));
    assertThat(tableOf("{users: 16}", cut.replace("44", "0"), "TooFewSamples"))
        .noneMatch(line -> line.contains("percentiles"));
  }

  @Test
  void saysWhyTheThroughputIsZeroThoughAllWasAnswered() {
    String requests = "{sent: 4, completed: 4, failed: 0, cut: 0}";
    assertThat(tableOf("{users: 4}", requests, "ObjectivesMet"))
        .noneMatch(line -> line.contains("throughput"));
    assertThat(tableOf("{users: 4}", requests, "ObjectivesMet", "0"))
        .contains(
            "no answer ended within the window of main, so its throughput is 0: a window must be"
                + " longer than the answers take");
  }
}
