package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the load runner says of files that are at hand. */
class WorkloadCheckTest extends GoodFile {
  private static final String PROMPTS =
      """
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: prompts}
      data:
        chat.jsonl: |
          {"prompt": "a", "output_tokens": 3}
          {"prompt": "canary",
          {"prompt": "b"}
      """;

  @Test
  void hasTheLoadRunnerReadTheDatasetsOfTheFiles() throws Exception {
    String test =
        GOOD.replace(
            "synthetic: {inputTokens: 10, outputTokens: 5}",
            "dataset: {configMap: {name: prompts, key: chat.jsonl}, format: JSONL}");
    String file = file("dataset.yaml", test + PROMPTS);
    assertThat(validate(file)).isEqualTo(64);
    String place = "loadline: " + file + ": document 1, LoadTest good: spec.workload.dataset: ";
    String problems =
        place
            + "ConfigMap prompts, key chat.jsonl:2: the line is not JSON, write one JSON object a"
            + " line\n"
            + place
            + "ConfigMap prompts, key chat.jsonl:3: the answer's length is not known, add"
            + " output_tokens or set the dataset's outputTokens\n";
    assertThat(captured.errors()).isEqualTo(problems);
    assertThat(captured.out()).isEqualTo(file + ": ConfigMap prompts: ok\n");
    assertThat(run(file)).isEqualTo(64);
    assertThat(captured.errors()).isEqualTo(problems + problems);
    String good = PROMPTS.lines().limit(7).collect(Collectors.joining("\n"));
    assertThat(validate(file("good.yaml", test + good))).isZero();
  }

  @Test
  void runHasTheLoadRunnerReadWhatStandsForAClaim() throws Exception {
    file("a.jsonl", "{\"timestamp\": -1, \"input_tokens\": 3, \"output_tokens\": 4}\n");
    String file =
        file(
            "run.yaml",
            """
            apiVersion: loadline.dev/v1alpha1
            kind: LoadTestRun
            metadata: {name: again}
            spec:
              test:
                target: {url: "http://127.0.0.1:8000/v1"}
                workload: {trace: {persistentVolumeClaim: {claimName: traces, path: a.jsonl}, format: JSONL}}
                load: {warmup: 0s, replay: {}}
            """);
    assertThat(validate(file)).isZero();
    assertThat(run("--data", "traces=" + folder, file)).isEqualTo(64);
    assertThat(captured.errors())
        .isEqualTo(
            "loadline: "
                + file
                + ": document 1, LoadTestRun again: spec.test.workload.trace:"
                + " PersistentVolumeClaim traces, file a.jsonl:1: the time is negative, give one"
                + " from 0 on\n");
  }
}
