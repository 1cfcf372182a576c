package dev.loadline.operator.planted;

import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Loads that nothing is wrong with. */
enum CleanRun {
  CLOSED("users: 8"),
  CLOSED_WITH_PAUSES("users: 16, thinkTime: 100ms"),
  CLOSED_RAMP("users: 16, ramp: {from: 2}"),
  POISSON("requestsPerSecond: 40"),
  CONSTANT("requestsPerSecond: 40, arrival: Constant"),
  GAMMA("requestsPerSecond: 40, arrival: Gamma, burstiness: 0.5"),
  OPEN_RAMP("requestsPerSecond: 60, ramp: {from: 10}"),
  /** Conversations, whose turns the server's cache knows from the turn before. */
  TURNS(() ->
      eightUsers(
          """
          synthetic: {inputTokens: 192, outputTokens: 16},
          turns: {count: {distribution: Uniform, min: 2, max: 5}, inputTokens: 48, thinkTime: 50ms}\
          """)),
  /** The same with answers that begin with reasoning, which is not part of the next turn. */
  REASONING(() ->
      eightUsers(
              """
              synthetic: {inputTokens: 192, outputTokens: 48},
              turns: {count: 4, inputTokens: 48, thinkTime: 50ms}\
              """)
          .against("--reasoning=32", "--template-tokens=20")),
  /** A server with a long chat template. */
  TEMPLATE(() ->
      eightUsers("synthetic: {inputTokens: 128, outputTokens: 16}")
          .against("--template-tokens=70")),
  /** Questions of people, which come again when the file is at its end. */
  DATASET(() ->
      new Trial(
              PlantedFault.spec(
                  """
                  {dataset: {persistentVolumeClaim: {claimName: any, path: questions.jsonl},
                      format: JSONL, outputTokens: 16}}\
                  """,
                  "requestsPerSecond: 40",
                  "p50"))
          .against("--prefix-cache=on", "--template-tokens=20")
          .data("questions.jsonl", questions())),
  /** Prompts with system prompts, after an earlier run whose prompts are still in the cache. */
  AFTER_ANOTHER(() ->
      eightUsers(
              """
              synthetic: {inputTokens: 256, outputTokens: 16, sharedPrefixTokens: 128,
                  sharedPrefixGroups: 4}\
              """)
          .times(2)),
  /** A recorded Poisson process, twice as fast. */
  REPLAY(() ->
      new Trial(
              """
              workload:
                trace: {persistentVolumeClaim: {claimName: any, path: trace.jsonl}, format: JSONL}
              load: {warmup: 2s, drainTimeout: 5s, replay: {speed: 2}}
              objectives: [{name: fast, metric: ttft, statistic: p50, max: 30s}]
              """)
          .data("trace.jsonl", trace()));

  @SuppressWarnings("ImmutableEnumChecker") // They capture texts.
  private final Supplier<Trial> trial;

  CleanRun(String load) {
    this(() -> new Trial(PlantedFault.spec(load, "p50")));
  }

  CleanRun(Supplier<Trial> trial) {
    this.trial = trial;
  }

  /** The test to measure. */
  Trial trial() {
    return trial.get();
  }

  /** Of a workload, against a server that keeps prompts in a cache. */
  private static Trial eightUsers(String workload) {
    return new Trial(PlantedFault.spec("{" + workload + "}", "users: 8", "p50"))
        .against("--prefix-cache=on");
  }

  /** A hundred, of 100 to 200 words. */
  private static String questions() {
    Random random = new Random(20_261_127);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      String words =
          random
              .ints(100 + random.nextInt(100), 0, 1000)
              .mapToObj(word -> "word" + word)
              .collect(Collectors.joining(" "));
      lines.append("{\"prompt\": \"%s\"}\n".formatted(words));
    }
    return lines.toString();
  }

  /** Twenty seconds of twenty requests per second. */
  private static String trace() {
    Random random = new Random(20_261_126);
    StringBuilder lines = new StringBuilder();
    for (double at = 0; at < 20; at -= Math.log(1 - random.nextDouble()) / 20) {
      lines.append(
          "{\"timestamp\": %.6f, \"input_tokens\": 64, \"output_tokens\": 16}\n".formatted(at));
    }
    return lines.toString();
  }
}
