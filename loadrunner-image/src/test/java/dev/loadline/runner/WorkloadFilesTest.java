package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.drive.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class WorkloadFilesTest {
  private static final MemoryBudget MEMORY = new MemoryBudget(1 << 20);
  private static final String BURST =
      """
      Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
      5,ChatGPT,472,18,490,Conversation log
      45,ChatGPT,1087,0,1087,Conversation log
      118,GPT-4,417,276,693,Conversation log
      5270400,ChatGPT,1087,230,1317,Conversation log
      3,nonsense
      """;

  @TempDir Path folder;
  private String source = "";

  @Test
  void saysWhereTheUserNamedTheFile() throws IOException {
    source = "spec.workload.dataset: ConfigMap prompts, key ";
    assertThat(dataset("[1]").problems())
        .containsExactly(
            "spec.workload.dataset: ConfigMap prompts, key data:1: record 1: the record is no JSON"
                + " object, write each as {…}");
    assertThat(dataset("[" + answered(2_000_000) + "]").problems())
        .allMatch(problem -> problem.startsWith("load.stages[0].users: "))
        .isNotEmpty();
  }

  @Test
  void whatIsBeyondTheLimitIsNeitherReadNorRefused() throws IOException {
    assertThat(replay(OptionalLong.of(2), OptionalLong.empty()).replay())
        .map(Replay::records)
        .contains(2L);
    assertThat(replay(OptionalLong.of(3), OptionalLong.empty()).problems()).isEmpty();
    assertThat(replay(OptionalLong.empty(), OptionalLong.empty()).problems())
        .containsExactly("data:6: the line has fewer columns than the header, complete it");
  }

  @Test
  void aReplayThatCannotEndInTimeIsNotBegun() throws IOException {
    long hour = 3_600_000;

    assertThat(replay(OptionalLong.of(2), OptionalLong.of(hour)).problems()).isEmpty();
    assertThat(replay(OptionalLong.of(3), OptionalLong.of(hour + 960_000)))
        .isEqualTo(
            new WorkloadFiles(
                List.of(
                    "data: at this speed the trace takes 60 days, and the run must end within"
                        + " 1h16m: set load.replay.limit or speed, or lifecycle.activeDeadline"),
                Optional.empty()));
  }

  @Test
  void aReplayThatIsOverBeforeTheWarmupSaysWhatCanBeChanged() throws IOException {
    String over =
        "data: at this speed the trace is over after 0s, and load.warmup is 1s: give a longer"
            + " trace, a smaller load.replay.speed, ";
    assertThat(replay(OptionalLong.of(1), OptionalLong.empty(), 1000).problems())
        .containsExactly(over + "a larger load.replay.limit, or load.warmup: 0s");
    assertThat(replay(OptionalLong.of(1), OptionalLong.empty(), 0).problems()).isEmpty();
  }

  @Test
  void recordsThatArePassedOverAreTold() throws IOException {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(WorkloadFiles.class);
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.INFO);
    try {
      assertThat(replay(OptionalLong.of(2), OptionalLong.empty()).problems()).isEmpty();
      assertThat(dataset("[{\"conversations\": []}," + answered(5) + "]").problems()).isEmpty();
      assertThat(log.list)
          .extracting(line -> line.getMessage() + line.getKeyValuePairs())
          .containsExactly(
              "records without a usable request are passed over"
                  + "[file=\"data\", passedOver=\"1\", of=\"3\"]",
              "records without a usable request are passed over"
                  + "[file=\"data\", passedOver=\"1\", of=\"2\"]");
    } finally {
      logger.setLevel(null);
      logger.detachAppender(log);
    }
  }

  @Test
  void aDatasetsPromptsMustFitIntoMemory() throws IOException {
    assertThat(dataset("[" + answered(500_000) + "]").problems()).isEmpty();
    assertThat(dataset("[" + answered(600_000) + "]").problems())
        .singleElement()
        .asString()
        .startsWith("load.stages[0].users: 2 users hold prompts of 585 KiB each");
  }

  private WorkloadFiles replay(OptionalLong limit, OptionalLong longestMillis) throws IOException {
    return replay(limit, longestMillis, 0);
  }

  private WorkloadFiles replay(OptionalLong limit, OptionalLong longestMillis, long warmupMillis)
      throws IOException {
    Shape shape = new Shape.Replay(1, limit, longestMillis);
    Workload.Content content = new Workload.Content.Trace("data", "BurstGPT");
    return read(BURST, content, new RunPlan.Stage("replay", shape, new End.Trace()), warmupMillis);
  }

  private static String answered(int length) {
    return ("{\"conversations\": [{\"from\": \"human\", \"value\": \"%s\"},"
            + " {\"from\": \"gpt\", \"value\": \"b\"}]}")
        .formatted("x".repeat(length));
  }

  private WorkloadFiles dataset(String text) throws IOException {
    Workload.Content content = new Workload.Content.Dataset("data", "ShareGPT", Optional.empty());
    return read(text, content, Plans.stage("users", new End.After(1)), 0);
  }

  private WorkloadFiles read(
      String text, Workload.Content content, RunPlan.Stage stage, long warmupMillis)
      throws IOException {
    Files.writeString(folder.resolve("data"), text);
    RunPlan plan =
        Plans.sending(
            Plans.plan("http://h/v1", warmupMillis, List.of(stage)),
            new Workload(content, Optional.empty(), true, 1));
    return WorkloadFiles.read(plan, new DataFolder(folder, source), MEMORY);
  }
}
