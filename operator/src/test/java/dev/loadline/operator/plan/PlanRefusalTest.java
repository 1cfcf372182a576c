package dev.loadline.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One change of a valid spec, and the one problem that it makes, word for word. */
class PlanRefusalTest {

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/schedule | TZ=UTC 0 2 * * * | spec.schedule: ",
        "/schedule | 0 2 * * | spec.schedule: ",
        "/schedule | 0 24 * * * | spec.schedule: ",
        "/schedule | 0 0 30 2 * | spec.schedule: '0 0 30 2 *' is never due: none of its months has"
            + " such a day",
        "/timeZone | Local | spec.timeZone: 'Local' is not allowed: name a zone such as"
            + " Europe/Berlin",
        "/timeZone | europe/berlin | spec.timeZone: 'europe/berlin' is not a time zone of the IANA"
            + " database",
        "/timeZone | UTC+25 | spec.timeZone: 'UTC+25' is not a time zone",
        "/scheduleJitter | 1h1ms | spec.scheduleJitter: '1h1ms' is longer than 1h",
        "/scheduleJitter | -5m | spec.scheduleJitter: '-5m' is not a duration",
        "/startingDeadline | 0s | spec.startingDeadline: must be longer than 0",
        "/startingDeadline | soon | spec.startingDeadline: 'soon' is not a duration",
        "/startingDeadline | 99999999999h | spec.startingDeadline: '99999999999h' is longer than"
            + " 30 days (720h)",
        "/startingDeadline | 721h | spec.startingDeadline: '721h' is longer than 30 days (720h)",
        "/concurrencyPolicy | Queue | spec.concurrencyPolicy: 'Queue' is unknown: use one of"
            + " [Forbid, Allow, Replace]",
        "/successfulRunsHistoryLimit | -1 | spec.successfulRunsHistoryLimit: -1 is outside 0 to"
            + " 1000",
        "/failedRunsHistoryLimit | 1001 | spec.failedRunsHistoryLimit: 1001 is outside 0 to 1000",
        "/target/url | http://a | spec.target: exactly one of service and url must be set",
        "/target/service | null | spec.target: exactly one of service and url must be set",
        "/target/service/name | null | spec.target.service.name: is missing",
        "/target/service/port | null | spec.target.service.port: is missing",
        "/target/service/port | 0 | spec.target.service.port: 0 is outside 1 to 65535",
        "/target/service/port | 65536 | spec.target.service.port: 65536 is outside 1 to 65535",
        "/target/service/scheme | ftp | spec.target.service.scheme: 'ftp' is neither http nor"
            + " https",
        "/target/basePath | v1 | spec.target.basePath: must begin with /",
        "/target/basePath | /v1/completions | spec.target.basePath: is the base, for example /v1;"
            + " leave out /completions",
        "/target/api | chat | spec.target.api: 'chat' is unknown: use one of [Chat, Completions]",
        "/target/engine | vllm | spec.target.engine: 'vllm' is unknown: use one of [Auto, vLLM,"
            + " SGLang, TensorRT-LLM, TGI, LlamaCpp, Ollama, OpenAI]",
        "/target/auth | {} | spec.target.auth.apiKeySecretRef: is missing",
        "/target/auth/apiKeySecretRef/name | null | spec.target.auth.apiKeySecretRef.name: is"
            + " missing",
        "/target/auth/apiKeySecretRef/key | null | spec.target.auth.apiKeySecretRef.key: is"
            + " missing",
        "/target/headers/0 | null | spec.target.headers[0]: is empty",
        "/target/headers/0/name | null | spec.target.headers[0].name: is missing",
        "/target/headers/0/name | COOKIE | spec.target.headers[0].value: 'COOKIE' carries a"
            + " secret: use secretKeyRef",
        "/target/headers/0/name | Content-Length | spec.target.headers[0].name: 'Content-Length' is"
            + " set by the load runner itself",
        "/target/headers/0/value | null | spec.target.headers[0]: exactly one of value and"
            + " secretKeyRef must be set",
        "/target/headers/0/value | ' ' | spec.target.headers[0].value: is empty",
        "/target/headers/1/name | authorization | spec.target.headers[1].name: 'authorization' is"
            + " what auth.apiKeySecretRef sends: leave one of them out",
        "/target/headers/1/value | x | spec.target.headers[1]: exactly one of value and"
            + " secretKeyRef must be set",
        "/target/headers/1/name | X-TENANT | spec.target.headers[1].name: 'X-TENANT' is there"
            + " twice",
        "/target/headers/1/secretKeyRef | {name: a} | spec.target.headers[1].secretKeyRef.key: is"
            + " missing",
        "/target/model | ' ' | spec.target.model: is empty: leave it out or name a model",
        "/target/tls/caBundle | PEM | spec.target.tls.caBundle: must hold PEM certificates"
            + " (-----BEGIN CERTIFICATE-----) that can be read, and no keys",
        "/target/readinessTimeout | 0ms | spec.target.readinessTimeout: must be longer than 0",
        "/workload/synthetic | null | spec.workload: exactly one of synthetic,"
            + " preset, dataset and trace must be set",
        "/workload/synthetic/inputTokens | null | spec.workload.synthetic.inputTokens: is missing:"
            + " give a whole number, or mean, stddev, min and max",
        "/workload/synthetic/outputTokens | 0 | spec.workload.synthetic.outputTokens: must be a"
            + " whole number from 1 to 10000000",
        "/workload/synthetic/outputTokens | 10000001 | spec.workload.synthetic.outputTokens: must"
            + " be a whole number from 1 to 10000000",
        "/workload/synthetic/outputTokens | 1.5 | spec.workload.synthetic.outputTokens: is neither"
            + " a whole number nor {distribution, mean, stddev, min, max}",
        "/workload/synthetic/outputTokens | \"12\" | spec.workload.synthetic.outputTokens: is"
            + " neither a whole number nor {distribution, mean, stddev, min, max}",
        "/workload/synthetic/inputTokens/mean | null | spec.workload.synthetic.inputTokens.mean: is"
            + " missing",
        "/workload/synthetic/inputTokens/stddev | -1 | spec.workload.synthetic.inputTokens.stddev:"
            + " must not be negative",
        "/workload/synthetic/inputTokens/mean | 63 | spec.workload.synthetic.inputTokens.mean: must"
            + " lie between min and max",
        "/workload/synthetic/inputTokens/mean | 2049 | spec.workload.synthetic.inputTokens.mean:"
            + " must lie between min and max",
        "/workload/synthetic/inputTokens/min | 0 | spec.workload.synthetic.inputTokens.min: must be"
            + " a whole number from 1 to 10000000",
        "/workload/synthetic/inputTokens/min | 3000 | spec.workload.synthetic.inputTokens: min is"
            + " above max",
        "/workload/synthetic/inputTokens/max | 1.5 | spec.workload.synthetic.inputTokens.max: must"
            + " be a whole number from 1 to 10000000",
        "/workload/synthetic/inputTokens/median | 5 | spec.workload.synthetic.inputTokens.median:"
            + " is unknown: use distribution, mean, stddev, min and max",
        "/load/warmup | 30 | spec.load.warmup: '30' is not a duration",
        "/load/warmup | 0.5ms | spec.load.warmup: '0.5ms' is finer than a millisecond",
        "/load/drainTimeout | 1x | spec.load.drainTimeout: '1x' is not a duration",
        "/load/stages/0 | null | spec.load.stages[0]: is empty",
        "/load/stages/0/name | null | spec.load.stages[0].name: is missing",
        "/load/stages/1/name | whole | spec.load.stages[2].name: 'whole' is there twice",
        "/load/stages/2/requestsPerSecond | null | spec.load.stages[2]: exactly one of users and"
            + " requestsPerSecond must be set",
        "/load/stages/0/users | 100001 | spec.load.stages[0].users: 100001 is outside 1 to 100000",
        "/load/stages/0/requestsPerSecond | 1 | spec.load.stages[0]: exactly one of users and"
            + " requestsPerSecond must be set",
        "/load/stages/0/thinkTime | later | spec.load.stages[0].thinkTime: 'later' is not a"
            + " duration",
        "/load/stages/0/arrival | Constant | spec.load.stages[0].arrival: goes with"
            + " requestsPerSecond",
        "/load/stages/1/thinkTime | 1s | spec.load.stages[1].thinkTime: goes with users",
        "/load/stages/1/arrival | Weibull | spec.load.stages[1].arrival: 'Weibull' is unknown: use"
            + " one of [Constant, Poisson, Gamma]",
        "/load/stages/1/requestsPerSecond | 0 | spec.load.stages[1].requestsPerSecond: '0' is not a"
            + " rate: from 0.001 to 1000000",
        "/load/stages/1/requestsPerSecond | \"0.0009\" | spec.load.stages[1].requestsPerSecond:"
            + " '0.0009' is not a rate: from 0.001 to 1000000",
        "/load/stages/1/requestsPerSecond | \"-4\" | spec.load.stages[1].requestsPerSecond: '-4' is"
            + " not a rate",
        "/load/stages/1/requestsPerSecond | 1000001 | spec.load.stages[1].requestsPerSecond:"
            + " '1000001' is not a rate",
        "/load/stages/1/requestsPerSecond | fast | spec.load.stages[1].requestsPerSecond: 'fast' is"
            + " not a number",
        "/load/stages/1/requestsPerSecond | \"1e5\" | spec.load.stages[1].requestsPerSecond: '1e5'"
            + " is not a number",
        "/load/stages/1/requestsPerSecond | \"1e-999999999\" |"
            + " spec.load.stages[1].requestsPerSecond: '1e-999999999' is not a number",
        "/load/stages/1/requestsPerSecond | [1] | spec.load.stages[1].requestsPerSecond: '' is not"
            + " a number",
        "/load/stages/0/duration | null | spec.load.stages[0]: exactly one of duration and requests"
            + " must be set",
        "/load/stages/0/duration | 0s | spec.load.stages[0].duration: must be longer than 0",
        "/load/stages/0/requests | 5 | spec.load.stages[0]: exactly one of duration and requests"
            + " must be set",
        "/load/stages/1/requests | 0 | spec.load.stages[1].requests: 0 is outside 1 to 100000000",
        "/objectives/0 | null | spec.objectives[0]: is empty",
        "/objectives/0/name | null | spec.objectives[0].name: is missing",
        "/objectives/0/name | errors | spec.objectives[4].name: 'errors' is there twice",
        "/objectives/0/metric | null | spec.objectives[0].metric: is missing",
        "/objectives/0/metric | sendLag | spec.objectives[0].metric: 'sendLag' is unknown: use one"
            + " of [ttft, ttftScheduled, ttfo, e2e, e2eScheduled, tpot, itl, maxGap, errorRate,"
            + " requestsPerSecond, outputTokensPerSecond, goodFraction]",
        "/objectives/0/statistic | null | spec.objectives[0].statistic: is missing: [mean, p50,"
            + " p90, p95, p99, max]",
        "/objectives/0/statistic | p42 | spec.objectives[0].statistic: 'p42' is unknown: use one of"
            + " [mean, p50, p90, p95, p99, max]",
        "/objectives/4/statistic | p95 | spec.objectives[4].statistic: does not go with errorRate",
        "/objectives/0/max | null | spec.objectives[0]: exactly one of max and min must be set",
        "/objectives/0/min | 1ms | spec.objectives[0]: exactly one of max and min must be set",
        "/objectives/0/max | 800 | spec.objectives[0].max: '800' is not a duration above 0 with a"
            + " unit, such as 800ms or 1.5s",
        "/objectives/0/max | 0ms | spec.objectives[0].max: '0ms' is not a duration above 0",
        "/objectives/0/max | 0.0009ms | spec.objectives[0].max: '0.0009ms' is outside 0.001ms (a"
            + " microsecond) to 720h (30 days)",
        "/objectives/0/max | 720h1ms | spec.objectives[0].max: '720h1ms' is outside 0.001ms",
        "/objectives/4/max | 101% | spec.objectives[4].max: '101%' is not a share from 0% to 100%"
            + " (or 0 to 1)",
        "/objectives/4/max | \"-0.1\" | spec.objectives[4].max: '-0.1' is not a share",
        "/objectives/4/max | \"1e-2147483647%\" | spec.objectives[4].max: '1e-2147483647' is not a"
            + " number",
        "/objectives/5/min | most | spec.objectives[5].min: 'most' is not a number",
        "/objectives/6/min | 0 | spec.objectives[6].min: '0' must be above 0",
        "/objectives/0/stage | elsewhere | spec.objectives[0].stage: 'elsewhere' is no stage of"
            + " the load: [normal, peak, whole]",
        "/objectives/1/stage | normal | spec.objectives[1].metric: ttftScheduled exists only in"
            + " stages with requestsPerSecond and in a replay: [peak, whole]",
        "/objectives/0/action | Page | spec.objectives[0].action: 'Page' is unknown: use one of"
            + " [Fail, Report]",
        "/runner | {env: [{name: A, value: x}, {name: A, value: y}]} | spec.runner.env[1].name: 'A'"
            + " is there twice",
        "/runner | {env: [null]} | spec.runner.env[0]: is empty",
        "/limits/requests | 0 | spec.limits.requests: 0 is outside 1 to 1000000000",
        "/limits/outputTokens | 1000000000001 | spec.limits.outputTokens: 1000000000001 is outside"
            + " 1 to 1000000000000",
        "/limits/runnerPodTime | long | spec.limits.runnerPodTime: 'long' is not a duration",
        "/limits/runnerPodTime | 0s | spec.limits.runnerPodTime: must be longer than 0",
        "/limits/runnerPodTime | 35s | spec.limits.runnerPodTime: 35s leaves no time for load: it"
            + " must be longer than load.drainTimeout and 15s, together 35s",
        "/lifecycle/startupDeadline | 0s | spec.lifecycle.startupDeadline: must be at least 30s",
        "/lifecycle/startupDeadline | 29.999s | spec.lifecycle.startupDeadline: must be at least"
            + " 30s: the runner warms its client up for 10 s of it",
        "/lifecycle/activeDeadline | 0s | spec.lifecycle.activeDeadline: must be longer than 0",
        "/lifecycle/ttlAfterFinished | never | spec.lifecycle.ttlAfterFinished: 'never' is not a"
            + " duration",
        "/lifecycle/ttlAfterFinished | 0s | spec.lifecycle.ttlAfterFinished: must be at least 60s:"
            + " a run is recorded in its test before it goes",
        "/lifecycle/ttlAfterFinished | 59.999s | spec.lifecycle.ttlAfterFinished: must be at least"
            + " 60s",
        "/lifecycle/activeDeadline | 1h35m29s | spec.lifecycle.activeDeadline: '1h35m29s' is"
            + " shorter than the load: its warm-ups and windows take 1h35m30s",
        "/lifecycle/activeDeadline | 500ms | spec.lifecycle.activeDeadline: '500ms' is shorter than"
            + " the load: its warm-ups and windows take 1h35m30s",
        "/lifecycle/maxStartAttempts | 0 | spec.lifecycle.maxStartAttempts: 0 is outside 1 to 10",
        "/lifecycle/podRetention | Sometimes | spec.lifecycle.podRetention: 'Sometimes' is unknown:"
            + " use one of [Never, OnFailure, Always]",
      })
  void namesTheFieldAndWhatIsWrongWithIt(String pointer, String yaml, String problem) {
    assertThat(SpecText.full().with(pointer, yaml).problems())
        .filteredOn(found -> !follows(pointer, found))
        .singleElement()
        .asString()
        .startsWith(problem);
  }

  /** Objectives name stages: where a stage loses its name, its objectives lose their stage. */
  private static boolean follows(String pointer, String problem) {
    return pointer.startsWith("/load/stages/") && problem.startsWith("spec.objectives[");
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://server/v1, must be http:// or https:// with a host",
    "server:8000/v1, must be http:// or https:// with a host",
    "http://, is not a URL: Expected authority",
    "http:///v1, must be http:// or https:// with a host",
    "http://user:hunter2@server/v1, must not hold credentials: use auth.apiKeySecretRef",
    "http://hunter2@server/v1, must not hold credentials: use auth.apiKeySecretRef",
    "http://server/v1?key=hunter2, must not hold a query or a fragment",
    "http://server/v1#hunter2, must not hold a query or a fragment",
    "http://server:0/v1, has a port outside 1 to 65535",
    "http://server:65536/v1, has a port outside 1 to 65535",
    "http://server/hunter2 v1, is not a URL: Illegal character in path",
    "http://server/v1/chat/completions, 'is the base, for example http://host:8000/v1; leave out"
        + " /chat/completions'",
    "http://server/v1/completions/, 'is the base, for example http://host:8000/v1; leave out"
        + " /completions'",
    "http://server/v1/models, 'is the base, for example http://host:8000/v1; leave out /models'",
  })
  void refusesAUrlWithoutRepeatingIt(String url, String problem) {
    assertThat(SpecText.smallest().with("/target/url", "\"" + url + "\"").problems())
        .singleElement()
        .asString()
        .startsWith("spec.target.url: " + problem)
        .doesNotContain("hunter2");
  }

  @Test
  void refusesABasePathBesideAUrl() {
    assertThat(SpecText.smallest().with("/target/basePath", "/v1").problems())
        .containsExactly("spec.target.basePath: goes with service: put the path into the url");
  }

  @Test
  void refusesMoreThanTwentyStages() {
    SpecText text = SpecText.smallest();
    for (int i = 0; i < 19; i++) {
      text.with("/load/stages/-", "{name: s" + i + ", users: 1, duration: 1s}");
    }
    assertThat(text.problems()).isEmpty();
    text.with("/load/stages/-", "{name: last, users: 1, duration: 1s}");
    assertThat(text.problems()).containsExactly("spec.load.stages: at most 20 stages are possible");
  }

  @Test
  void refusesAScheduledMetricWhereNoStageIsOpen() {
    SpecText text =
        SpecText.smallest()
            .with(
                "/objectives",
                "[{name: a, metric: e2eScheduled, statistic: p50, max: 1s},"
                    + " {name: b, metric: e2e, statistic: p50, max: 1s}]");
    assertThat(text.problems())
        .containsExactly(
            "spec.objectives[0].metric: e2eScheduled exists only in stages with requestsPerSecond"
                + " and in a replay: there is none");
  }

  @Test
  void oneProblemOfATokenLengthHidesNoOther() {
    SpecText text =
        SpecText.smallest().with("/workload/synthetic/inputTokens", "{mean: 5, min: 30, max: 20}");
    assertThat(text.problems())
        .containsExactly(
            "spec.workload.synthetic.inputTokens.stddev: is missing",
            "spec.workload.synthetic.inputTokens: min is above max");
    text.with("/workload/synthetic/inputTokens", "{mean: 50, stddev: -1, maximum: 3, max: 20}");
    assertThat(text.problems())
        .containsExactly(
            "spec.workload.synthetic.inputTokens.maximum: is unknown: use distribution, mean,"
                + " stddev, min and max",
            "spec.workload.synthetic.inputTokens.stddev: must not be negative",
            "spec.workload.synthetic.inputTokens.mean: must lie between min and max");
  }

  @Test
  void oneProblemOfATargetOrAnObjectiveHidesNoOther() {
    SpecText text =
        SpecText.full()
            .with("/target/url", "ftp://server")
            .with("/target/tls/caBundle", "PEM")
            .with("/objectives/4/min", "200%")
            .with("/objectives/0", "{name: a, metric: ttft, statistic: p95, max: 5, min: 6}");
    assertThat(text.problems())
        .containsExactly(
            "spec.target.url: must be http:// or https:// with a host",
            "spec.target: exactly one of service and url must be set",
            "spec.target.tls.caBundle: must hold PEM certificates (-----BEGIN CERTIFICATE-----)"
                + " that can be read, and no keys",
            "spec.objectives[0].max: '5' is not a duration above 0 with a unit, such as 800ms or"
                + " 1.5s",
            "spec.objectives[0].min: '6' is not a duration above 0 with a unit, such as 800ms or"
                + " 1.5s",
            "spec.objectives[0]: exactly one of max and min must be set",
            "spec.objectives[4].min: '200%' is not a share from 0% to 100% (or 0 to 1)",
            "spec.objectives[4]: exactly one of max and min must be set");
  }

  /** Values that may be secrets, in every place that takes free text, each of them wrong. */
  @ParameterizedTest
  @ValueSource(strings = {"/target/headers/0/value", "/runNow/token", "/target/tls/caBundle"})
  void neverRepeatsWhatMayBeSecret(String pointer) {
    SpecText text = SpecText.full().with(pointer, "hunter2").with("/suspend", "false");
    text.with("/target/headers/0/name", "Cookie").with("/timeZone", "nowhere");
    text.with("/runner", "{env: [{name: A, value: hunter2}, {name: A, value: hunter2}]}");
    assertThat(text.problems())
        .hasSizeBetween(3, 4)
        .noneMatch(problem -> problem.contains("hunter2"));
  }

  @Test
  void cutsLongTextInItsMessages() {
    assertThat(SpecText.full().with("/target/api", "a".repeat(5000)).problems())
        .singleElement()
        .asString()
        .hasSizeLessThan(200);
  }
}
