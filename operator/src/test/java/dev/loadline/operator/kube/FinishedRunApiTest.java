package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.metrics.ResultExposition;
import dev.loadline.operator.metrics.TextFormat;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.Interceptor.RequestTags;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is kept in memory of a run that has finished says the same as the whole. */
class FinishedRunApiTest {

  @Test
  void keepsWhatTheTestAndPrometheusNeedAndLittleElse() {
    try (LocalCluster cluster = LocalCluster.started()) {
      RequestsApiTest.measure(cluster, "chat");
      LoadTestRun whole = cluster.run();
      LoadTestRun kept = kept(whole);
      LoadTest test = cluster.test("chat");
      assertThat(kept.getMetadata()).isEqualTo(whole.getMetadata());
      assertThat(metrics(test, kept))
          .contains("loadline_ttft_seconds")
          .isEqualTo(metrics(test, whole));
      assertThat(status(test, kept)).isEqualTo(status(test, whole));
      assertThat(kept.getSpec().test().target()).isNull();
      assertThat(kept.getStatus().validity()).isNull();
      assertThat(json(kept).length()).isLessThan(json(whole).length() / 2);
    }
  }

  @Test
  void leavesTheStatusOfAFinishedRunAsItIsOnTheServer() {
    try (LocalCluster cluster = LocalCluster.started()) {
      String run = RequestsApiTest.measure(cluster, "chat");
      LoadTestRun before = cluster.run();
      cluster.stopOperator();
      cluster.startOperator();
      cluster.changeRun(
          run,
          object -> {
            object.withObject("/metadata/labels").put("touched", "yes");
            return object;
          });
      RequestsApiTest.measure(cluster, "other");
      LoadTestRun after =
          cluster.runs().stream()
              .filter(is -> is.getMetadata().getName().equals(run))
              .findFirst()
              .orElseThrow();
      assertThat(after.getStatus()).isEqualTo(before.getStatus());
      assertThat(after.getStatus().validity()).isNotEmpty();
    }
  }

  /** Thousands may be kept: a second list would be a second copy, one answer too much memory. */
  @Test
  void isListedOnceAndWhateverIsListedIsInPages() {
    List<String> lists = new CopyOnWriteArrayList<>();
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.interceptors.put(
          "lists",
          new Interceptor() {
            @Override
            public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
              if (!request.uri().getQuery().contains("watch=true")) {
                lists.add(request.uri().toString());
              }
            }
          });
      cluster.startOperator();
      assertThat(lists).filteredOn(uri -> uri.contains("/loadtestruns?")).hasSize(1);
      assertThat(lists).hasSize(4).allMatch(uri -> uri.contains("limit=250"));
    }
  }

  /** Nothing follows from its spec, which is no longer kept. */
  @Test
  void leavesARunAloneThatSomebodyElseFinished() {
    try (LocalCluster cluster = new LocalCluster()) {
      cluster.createRun("ended", "");
      cluster.changeRunStatus(
          "ended",
          run -> {
            run.withObject("/status").put("completionTime", cluster.clock.instant().toString());
            return run;
          });
      cluster.startOperator();
      RequestsApiTest.measure(cluster, "other");
      assertThat(cluster.events("LoadTestRun")).doesNotContain("InvalidSpec");
      assertThat(
              cluster.server.faults().calls().stream()
                  .filter(call -> call.name().equals("ended"))
                  .filter(call -> call.verb().matches("patch|update|delete")))
          .isEmpty();
    }
  }

  @Test
  void readsARunThatHasNotFinishedWhole() {
    try (LocalCluster cluster = LocalCluster.started()) {
      cluster.startRun("");
      LoadTestRun active = cluster.run();
      assertThat(kept(active).getSpec()).isEqualTo(active.getSpec());
      assertThat(kept(active).getStatus()).isEqualTo(active.getStatus());
    }
  }

  private static LoadTestRun kept(LoadTestRun run) {
    return LeanObjects.serialization().unmarshal(json(run), LoadTestRun.class);
  }

  private static String json(LoadTestRun run) {
    try {
      return new ObjectMapper().writeValueAsString(run);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Object status(LoadTest test, LoadTestRun run) {
    return new TestStatus(
            test, TestRuns.of(test, Stream.of(run), TestRuns.finishedAt(run).orElse(Instant.EPOCH)))
        .intended()
        .getStatus();
  }

  private static String metrics(LoadTest test, LoadTestRun run) {
    return TextFormat.of(new ResultExposition(() -> List.of(test), () -> List.of(run)));
  }
}
