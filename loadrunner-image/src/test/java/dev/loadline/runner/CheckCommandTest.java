package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {
  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();

  private int check() {
    return new CommandLine(new CheckCommand(environment)).setOut(new PrintWriter(out)).execute();
  }

  /** Two users; the key of the target is in no variable. */
  private void dataset(String text, int count) throws IOException {
    Files.writeString(folder.resolve("chat.jsonl"), text);
    Workload.Content content =
        new Workload.Content.Dataset("chat.jsonl", "JSONL", Optional.empty());
    RunPlan plan =
        Plans.sending(
            Plans.withSecrets(
                Plans.plan("http://h/v1", 0, List.of(Plans.stage("one", new End.Requests(count)))),
                Environment.API_KEY),
            new Workload(content, Optional.empty(), true, 1));
    environment.put(Environment.PLAN, ContractJson.write(plan));
    environment.put(Environment.DATA, folder.toString());
    environment.put(Environment.DATA_SOURCE, "the file ");
  }

  @Test
  void findsNothingWrongWithAGoodFileAndNeedsNoSecrets() throws IOException {
    dataset("{\"prompt\": \"a\", \"output_tokens\": 3}\n", 1);
    assertThat(check()).isZero();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void printsTwentyProblemsWithTheirLinesAndCountsTheOthers() throws IOException {
    dataset("{\"prompt\": \"secret\"\n".repeat(30), 1);
    assertThat(check()).isEqualTo(64);
    assertThat(out.toString().lines())
        .hasSize(22)
        .startsWith(
            "the file chat.jsonl: no record can be read, is the format JSONL right?",
            "the file chat.jsonl:1: the line is not JSON, write one JSON object a line",
            "the file chat.jsonl:2: the line is not JSON, write one JSON object a line")
        .endsWith("the file chat.jsonl: … and 10 more");
  }

  @Test
  void printsWhatIsWrongWithThePlan() throws IOException {
    dataset("", 0);
    assertThat(check()).isEqualTo(64);
    assertThat(out.toString()).startsWith("load.stages[0].end.count must be from 1");
    environment.remove(Environment.PLAN);
    assertThat(check()).isEqualTo(64);
    assertThat(out.toString()).contains("There is no plan: ");
  }
}
