package dev.loadline.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.Distribution;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loads and workloads that contradict themselves or one another: the one problem, in words. */
class ShapeRefusalTest {

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/load/stages/0/ramp | {from: 32} | spec.load.stages[0].ramp.from: is what users is: leave"
            + " ramp out",
        "/load/stages/0/ramp | {from: \"1.5\"} | spec.load.stages[0].ramp.from: '1.5' is not a"
            + " number of users: a whole number",
        "/load/stages/0/ramp | {from: 0} | spec.load.stages[0].ramp.from: 0 is outside 1 to 100000",
        "/load/stages/0/ramp | {from: -1} | spec.load.stages[0].ramp.from: -1 is outside 1 to"
            + " 100000",
        "/load/stages/0/ramp | {from: \"100001\"} | spec.load.stages[0].ramp.from: 100001 is"
            + " outside 1 to 100000",
        "/load/stages/0/ramp | {} | spec.load.stages[0].ramp.from: is missing",
        "/load/stages/2/ramp | {from: \"9.0\"} | spec.load.stages[2].ramp.from: is what"
            + " requestsPerSecond is: leave ramp out",
        "/load/stages/2/ramp | {from: \"0\"} | spec.load.stages[2].ramp.from: '0' is not a rate:"
            + " from 0.001 to 1000000",
        "/load/stages/2/ramp | {from: \"-4\"} | spec.load.stages[2].ramp.from: '-4' is not a rate",
        "/load/stages/2/burstiness | 2 | spec.load.stages[2].burstiness: goes with arrival Gamma",
        "/load/stages/0/burstiness | 2 | spec.load.stages[0].burstiness: goes with arrival Gamma",
        "/load/stages/3/burstiness | 0 | spec.load.stages[3].burstiness: '0' is not a burstiness:"
            + " from 0.001 to 1000",
        "/load/stages/3/burstiness | \"1000.1\" | spec.load.stages[3].burstiness: '1000.1' is not a"
            + " burstiness: from 0.001 to 1000",
        "/load/stages/3/burstiness | high | spec.load.stages[3].burstiness: 'high' is not a number",
        "/load/stages/3/thinkTime | 1s | spec.load.stages[3].thinkTime: goes with users",
        "/load/stages/1/thinkTime | 90 | spec.load.stages[1].thinkTime: is neither a duration nor"
            + " {distribution, mean, stddev, min, max}",
        "/load/stages/1/thinkTime | [1s] | spec.load.stages[1].thinkTime: is neither a duration"
            + " nor {distribution, mean, stddev, min, max}",
        "/load/stages/1/thinkTime/max | null | spec.load.stages[1].thinkTime.max: is missing",
        "/load/stages/1/thinkTime/max | 1s | spec.load.stages[1].thinkTime.mean: must lie between"
            + " min and max",
        "/load/stages/1/thinkTime/mean | 0s | spec.load.stages[1].thinkTime.mean: must be above 0",
        "/load/stages/1/thinkTime/mean | 2 | spec.load.stages[1].thinkTime.mean: '2' is not a"
            + " duration",
        "/load/stages/1/thinkTime/stddev | 1s | spec.load.stages[1].thinkTime.stddev: does not go"
            + " with Exponential",
        "/load/stages/1/thinkTime/distribution | Gamma | spec.load.stages[1].thinkTime"
            + ".distribution: 'Gamma' is unknown: use one of [Normal, Lognormal, Uniform,"
            + " Exponential]",
        "/load/connectionReuse | PerUser | spec.load.connectionReuse: PerUser goes with users in"
            + " every stage: [faster, bursts] have none",
        "/load/connectionReuse | Never | spec.load.connectionReuse: 'Never' is unknown: use one of"
            + " [Pooled, PerUser, PerRequest]",
        "/load/replay | {} | spec.load: exactly one of stages, sweep and replay must be set",
        "/workload/preset | Chat | spec.workload: exactly one of synthetic, preset, dataset and"
            + " trace must be set",
        "/workload/turns | {count: 3, inputTokens: 50} | spec.workload.turns.inputTokens: does not"
            + " go with dataset, whose records say what is asked",
        "/workload/turns | {count: 3} | spec.workload.turns: goes with users in every stage:"
            + " [faster, bursts] have none",
        "/workload/cacheIsolation | Request | spec.workload.cacheIsolation: 'Request' is unknown:"
            + " use one of [Run, None]",
        "/workload/dataset/format | CSV | spec.workload.dataset.format: 'CSV' is unknown: use one"
            + " of [ShareGPT, JSONL]",
        "/workload/dataset/format | null | spec.workload.dataset.format: is missing: [ShareGPT,"
            + " JSONL]",
        "/workload/dataset/configMap | null | spec.workload.dataset: exactly one of configMap and"
            + " persistentVolumeClaim must be set",
        "/workload/dataset/persistentVolumeClaim | {claimName: a, path: b} | spec.workload.dataset:"
            + " exactly one of configMap and persistentVolumeClaim must be set",
        "/workload/dataset/configMap/key | .. | spec.workload.dataset.configMap.key: '..' is no key"
            + " of a ConfigMap",
        "/workload/dataset/configMap/key | a/b | spec.workload.dataset.configMap.key: 'a/b' is no"
            + " key of a Secret or ConfigMap",
        "/workload/dataset/configMap/name | null | spec.workload.dataset.configMap.name: is"
            + " missing",
        "/workload/dataset/outputTokens | 0 | spec.workload.dataset.outputTokens: must be a whole"
            + " number from 1 to 10000000",
        "/workload/dataset/outputTokens/distribution | Exponential |"
            + " spec.workload.dataset.outputTokens.distribution: 'Exponential' is unknown: use one"
            + " of [Normal, Lognormal, Uniform]",
        "/workload/dataset/outputTokens/distribution | Uniform |"
            + " spec.workload.dataset.outputTokens.mean: does not go with Uniform: min and max say"
            + " all",
      })
  void namesWhatDoesNotGoTogether(String pointer, String yaml, String problem) {
    assertThat(SpecText.shapes().with(pointer, yaml).problems())
        .first()
        .asString()
        .startsWith(problem);
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/load/sweep/users | [] | spec.load.sweep.users: at least one stage is needed",
        "/load/sweep/users | [4, 1, 4] | spec.load.sweep.users[2]: 'users-4' is there twice",
        "/load/sweep/users | [1, 0] | spec.load.sweep.users[1]: 0 is outside 1 to 100000",
        "/load/sweep/users | [1, null] | spec.load.sweep.users[1]: is empty",
        "/load/sweep/requestsPerSecond | [1] | spec.load.sweep: exactly one of users and"
            + " requestsPerSecond must be set",
        "/load/sweep/arrival | Gamma | spec.load.sweep.arrival: goes with requestsPerSecond",
        "/load/sweep/burstiness | 2 | spec.load.sweep.burstiness: goes with arrival Gamma",
        "/load/sweep/duration | 1s | spec.load.sweep: exactly one of duration and requests must be"
            + " set",
        "/load/sweep/requests | null | spec.load.sweep: exactly one of duration and requests must"
            + " be set",
        "/workload/preset | chat | spec.workload.preset: 'chat' is unknown: use one of [Chat, RAG,"
            + " Summarization, Code, Reasoning, 1k-1k, 8k-1k, 1k-8k",
        "/workload/turns/count | 0 | spec.workload.turns.count: must be a whole number from 1 to"
            + " 1000",
        "/workload/turns/count | null | spec.workload.turns.count: is missing",
        "/workload/turns/count/min | 9 | spec.workload.turns.count: min is above max",
        "/workload/turns/inputTokens | 1.5 | spec.workload.turns.inputTokens: is neither a whole"
            + " number nor",
        "/workload/turns/thinkTime/stddev | null | spec.workload.turns.thinkTime.stddev: is"
            + " missing",
        "/objectives | [{name: a, metric: ttft, statistic: p50, max: 1s, stage: users-2}] |"
            + " spec.objectives[0].stage: 'users-2' is no stage of the load: [users-1, users-4,"
            + " users-16]",
      })
  void namesWhatIsWrongWithASweepOrItsConversations(String pointer, String yaml, String problem) {
    assertThat(SpecText.sweep().with(pointer, yaml).problems())
        .first()
        .asString()
        .startsWith(problem);
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/load/replay/speed | \"-1\" | spec.load.replay.speed: '-1' is not a speed: from 0.001 to"
            + " 1000",
        "/load/replay/speed | 0 | spec.load.replay.speed: '0' is not a speed",
        "/load/replay/speed | 1001 | spec.load.replay.speed: '1001' is not a speed",
        "/load/replay/limit | 0 | spec.load.replay.limit: 0 is outside 1 to 100000000",
        "/load/connectionReuse | PerUser | spec.load.connectionReuse: PerUser goes with users",
        "/workload/turns | {count: 2} | spec.workload.turns: does not go with trace",
        "/workload/trace/format | ShareGPT | spec.workload.trace.format: 'ShareGPT' is unknown: use"
            + " one of [Azure, BurstGPT, Mooncake, JSONL]",
        "/workload/trace/persistentVolumeClaim/path | ../key |"
            + " spec.workload.trace.persistentVolumeClaim.path: '../key' is no path of a file",
        "/workload/trace/persistentVolumeClaim/path | a/.ssh/key |"
            + " spec.workload.trace.persistentVolumeClaim.path: 'a/.ssh/key' is no path of a file",
        "/workload/trace/persistentVolumeClaim/path | /a |"
            + " spec.workload.trace.persistentVolumeClaim.path: '/a' is no path of a file",
        "/workload/trace/persistentVolumeClaim/claimName | A |"
            + " spec.workload.trace.persistentVolumeClaim.claimName: 'A' is no name of an object",
        "/load | {sweep: {users: [1], duration: 1s}} | spec.workload.trace: goes with load.replay,"
            + " which says how it is sent",
        "/workload | {preset: Chat} | spec.load.replay: goes with workload.trace, which is what it"
            + " sends",
      })
  void namesWhatIsWrongWithAReplayOrItsTrace(String pointer, String yaml, String problem) {
    assertThat(SpecText.replay().with(pointer, yaml).problems())
        .singleElement()
        .asString()
        .startsWith(problem);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "inputTokens: 99, outputTokens: 1, sharedPrefixTokens: 100 | sharedPrefixTokens: 100 must"
            + " be less than the shortest prompt has: 99 (inputTokens)",
        "inputTokens: {mean: 500, stddev: 9, min: 64, max: 999}, outputTokens: 1,"
            + " sharedPrefixTokens: 64 | sharedPrefixTokens: 64 must be less than the shortest"
            + " prompt has: 64 (inputTokens)",
        "inputTokens: 9, outputTokens: 1, sharedPrefixGroups: 2 | sharedPrefixGroups: goes with"
            + " sharedPrefixTokens",
        "inputTokens: 9, outputTokens: 1, sharedPrefixTokens: 0 | sharedPrefixTokens: 0 is outside"
            + " 1 to 10000000",
        "inputTokens: {distribution: Uniform, min: 2}, outputTokens: 1 | inputTokens.max: is"
            + " missing",
        "inputTokens: {distribution: Zipf, mean: 9, max: 99}, outputTokens: 1 |"
            + " inputTokens.distribution: 'Zipf' is unknown: use one of [Normal, Lognormal,"
            + " Uniform]",
        "inputTokens: {distribution: Lognormal, mean: 9, max: 99}, outputTokens: 1 |"
            + " inputTokens.stddev: is missing",
      })
  void namesWhatIsWrongWithMadeUpPrompts(String synthetic, String problem) {
    assertThat(SpecText.smallest().with("/workload/synthetic", "{" + synthetic + "}").problems())
        .containsExactly("spec.workload.synthetic." + problem);
  }

  @Test
  void takesAPrefixJustShorterThanTheShortestPrompt() {
    String prompts = "{inputTokens: 99, outputTokens: 1, sharedPrefixTokens: 98}";
    assertThat(SpecText.smallest().with("/workload/synthetic", prompts).problems()).isEmpty();
  }

  @Test
  void refusesARampOfAWindowThatEndsByACount() {
    SpecText text =
        SpecText.smallest()
            .with("/load/stages/0", "{name: up, users: 9, ramp: {from: 1}, requests: 50}");
    assertThat(text.problems())
        .containsExactly(
            "spec.load.stages[0].ramp: goes with duration: it lasts as long as the window");
  }

  @Test
  void refusesMoreThanTwentyLevels() {
    String levels =
        IntStream.rangeClosed(1, 21).mapToObj(Integer::toString).collect(Collectors.joining(","));
    assertThat(SpecText.sweep().with("/load/sweep/users", "[" + levels + "]").problems())
        .containsExactly("spec.load.sweep.users: at most 20 stages are possible");
  }

  @Test
  void refusesTheSameRateInTwoForms() {
    SpecText text =
        SpecText.smallest()
            .with("/load", "{sweep: {requestsPerSecond: [2, \"2.50\", \"2.5\"], duration: 1s}}");
    assertThat(text.problems())
        .containsExactly("spec.load.sweep.requestsPerSecond[2]: 'rps-2-5' is there twice");
  }

  @ParameterizedTest
  @CsvSource({"clientCertificateSecretName, client", "serverName, vllm.internal"})
  void refusesTlsSettingsWithoutTls(String name, String value) {
    assertThat(SpecText.smallest().with("/target/tls", "{" + name + ": " + value + "}").problems())
        .containsExactly("spec.target.tls." + name + ": goes with https");
  }

  @Test
  void findsAllProblemsOfALoadAtOnce() {
    SpecText text =
        SpecText.smallest()
            .with("/workload", "{preset: chat, turns: {count: 0}, cacheIsolation: Some}")
            .with(
                "/load",
                "{connectionReuse: PerUser, stages: [{name: a, requestsPerSecond: 0, ramp: {},"
                    + " burstiness: 5, thinkTime: 1, requests: 0}]}");
    assertThat(text.problems()).hasSize(12);
  }

  @Test
  void aUniformDistributionBeginsAtTheLeastWhereMinIsAbsent() {
    TestPlan plan =
        SpecText.smallest()
            .with("/load/stages/0/thinkTime", "{distribution: Uniform, max: 2s}")
            .plan();
    assertThat(plan.load().stages().getFirst().shape())
        .isEqualTo(
            new Load.Shape.Closed(
                4, OptionalInt.empty(), new Distribution.Uniform(0, 2000), false));
  }
}
