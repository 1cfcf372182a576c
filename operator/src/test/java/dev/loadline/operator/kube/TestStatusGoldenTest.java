package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loadline.operator.api.Golden;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestStatus;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.operator.plan.Timing;
import dev.loadline.operator.schedule.RunHistory;
import dev.loadline.operator.schedule.RunTiming;
import dev.loadline.operator.schedule.ScheduleDecision;
import dev.loadline.operator.schedule.Scheduler;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each folder: a test and its runs as the API server has them, seen at {@code now}; the status that
 * is written and the runs that go.
 */
class TestStatusGoldenTest {
  private static final Path FOLDERS = Path.of("src/test/resources/kube/tests");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesSerialization serialization = new KubernetesSerialization();

  static Stream<String> folders() throws IOException {
    try (Stream<Path> folders = Files.list(FOLDERS)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void writesTheStatusOfATest(String folder) throws IOException {
    JsonNode in = read(folder);
    LoadTest test = serialization.convertValue(in.get("test"), LoadTest.class);
    Timing timing =
        ((TestPlan.Parsed.Valid) TestPlan.parse(test.getSpec(), "perf")).plan().timing();
    Instant now = Instant.parse(in.get("now").asText());
    TestRuns runs = runs(in, test, now);
    TestStatus status = new TestStatus(test, runs);
    status.ready("Scheduled", "runs by its schedule");
    follow(status, timing, now);
    List<String> gone =
        runs.beyond(timing.successfulRunsHistoryLimit(), timing.failedRunsHistoryLimit()).stream()
            .filter(status::recorded)
            .map(run -> run.getMetadata().getName())
            .toList();
    LoadTest intended = status.intended();
    JsonNode written =
        StatusWriter.merged(
            JSON.valueToTree(test.getStatus()), JSON.valueToTree(intended.getStatus()));
    Golden.check(
        FOLDERS.resolve(folder).resolve("out.yaml"),
        serialization.asYaml(written) + "--- # deleted\n" + serialization.asYaml(gone));
  }

  @Test
  void listsAllActiveRunsThatThereCanBe() {
    assertThat(LoadTestStatus.MOST_ACTIVE).isEqualTo(Scheduler.MOST_ACTIVE);
  }

  @Test
  void saysNothingNewTheSecondTime() throws IOException {
    JsonNode in = read("failing");
    LoadTest test = serialization.convertValue(in.get("test"), LoadTest.class);
    Timing timing =
        ((TestPlan.Parsed.Valid) TestPlan.parse(test.getSpec(), "perf")).plan().timing();
    Instant now = Instant.parse(in.get("now").asText());
    for (int pass = 0; pass < 2; pass++) {
      TestStatus status = new TestStatus(test, runs(in, test, now.plusSeconds(60L * pass)));
      status.ready("Scheduled", "runs by its schedule");
      follow(status, timing, now.plusSeconds(60L * pass));
      var changed = StatusWriter.changed(test, status.intended());
      assertThat(changed.isPresent()).isEqualTo(pass == 0);
      changed.ifPresent(written -> test.setStatus(written.getStatus()));
    }
  }

  /** As the reconciler does, but nothing is created. */
  private static void follow(TestStatus status, Timing timing, Instant now) {
    RunHistory past = status.history(now.minusSeconds(60));
    RunTiming when = timing.toRunTiming(past.uid());
    RunHistory history = past.following(when, now);
    ScheduleDecision decision = Scheduler.decide(when, history, now);
    while (!(decision instanceof ScheduleDecision.Wait)) {
      switch (decision) {
        case ScheduleDecision.Start start -> status.started(start.name());
        case ScheduleDecision.Skip skip -> status.skipped(skip);
        default -> throw new IllegalStateException("not here: " + decision);
      }
      history = history.after(decision);
      decision = Scheduler.decide(when, history, now);
    }
    status.remembers(history.after(decision));
  }

  private TestRuns runs(JsonNode in, LoadTest test, Instant now) {
    List<LoadTestRun> runs = new ArrayList<>();
    in.withArray("runs")
        .forEach(run -> runs.add(serialization.convertValue(run, LoadTestRun.class)));
    return TestRuns.of(test, runs.stream(), now);
  }

  private JsonNode read(String folder) throws IOException {
    return serialization.unmarshal(
        Files.readString(FOLDERS.resolve(folder).resolve("in.yaml")), JsonNode.class);
  }
}
