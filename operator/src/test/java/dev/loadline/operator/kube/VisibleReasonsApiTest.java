package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.plan.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Why there is no result, for whoever knows only kubectl get -o wide and kubectl describe. */
class VisibleReasonsApiTest {
  private static final String RUN = "chat-a7937b64";

  @Test
  void showsWhoWaitsAndWhatWasMissedAndWhy() throws IOException, InterruptedException {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.startRun("runNow: {token: first}");
      cluster.sendLoad(RUN + "-a1");
      cluster.createTest("late", "startingDeadline: 2m");
      cluster.awaitStatus("TargetBusy");
      assertThat(rows(cluster, "loadtestruns"))
          .anySatisfy(row -> assertThat(row).contains("late", "Waiting", "TargetBusy"));
      assertThat(cluster.eventMessage("TargetBusy")).contains(RUN, "deadline");

      cluster.pass(Duration.ofMinutes(3));

      cluster.awaitTest("late", test -> test.getStatus().missedRuns() != null);
      assertThat(rows(cluster, "loadtests"))
          .anySatisfy(row -> assertThat(row).contains("late", "Manual", "1", "TargetBusy"));
      assertThat(rows(cluster, "loadtestruns"))
          .anySatisfy(row ->
              assertThat(row)
                  .contains("late", "Failed", "TargetBusy")
                  .anyMatch(cell -> cell.contains("starting deadline")));
      assertThat(cluster.eventMessage("MissedSchedule")).contains("late-", RUN);
    }
  }

  @Test
  void showsThatATestIsAboveACap() throws IOException, InterruptedException {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.caps = new Limits(OptionalLong.of(10), OptionalLong.empty(), Optional.empty());
      cluster.createTest("chat", "limits: {requests: 11}");
      cluster.startOperator();
      cluster.awaitTest("chat", test -> test.getStatus().conditions() != null);
      await().atMost(LocalCluster.LIMIT).until(() -> cluster.events("LoadTest").size() == 1);
      assertThat(rows(cluster, "loadtests"))
          .anySatisfy(row -> assertThat(row).contains("chat", "CapExceeded"));
      assertThat(cluster.eventMessage("CapExceeded"))
          .isEqualTo("spec.limits.requests: 11 is above the cap of 10");
    }
  }

  @Test
  void showsThatALimitHasEndedTheLoad() throws IOException, InterruptedException {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.startRun("runNow: {token: first}\nlimits: {requests: 300}");
      cluster.sendLoad(RUN + "-a1");
      cluster.ended(RUN + "-a1", 0, "Completed", Outputs.limited(), true);
      cluster.awaitFinished();
      assertThat(rows(cluster, "loadtestruns"))
          .anySatisfy(row -> assertThat(row).contains("chat", "Completed", "requests"));
      assertThat(cluster.eventMessage("LimitReached"))
          .isEqualTo("measured until limits.requests was reached");
    }
  }

  /** What kubectl get -o wide prints. */
  private static List<List<String>> rows(LocalCluster cluster, String plural)
      throws IOException, InterruptedException {
    URI uri =
        URI.create(cluster.server.uri() + "/apis/" + Api.GROUP + "/" + Api.VERSION + "/" + plural);
    try (HttpClient client = HttpClient.newHttpClient()) {
      String table =
          client
              .send(
                  HttpRequest.newBuilder(uri)
                      .timeout(LocalCluster.LIMIT)
                      .header("Authorization", "Bearer " + cluster.server.token())
                      .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      List<List<String>> rows = new ArrayList<>();
      for (JsonNode row : new ObjectMapper().readTree(table).path("rows")) {
        List<String> cells = new ArrayList<>();
        row.path("cells").forEach(cell -> cells.add(cell.asText()));
        rows.add(cells);
      }
      return rows;
    }
  }
}
