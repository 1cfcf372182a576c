package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One fault in a good file, and the one sentence that it makes, word for word. */
class ValidateMessagesTest extends GoodFile {
  private static final String WITH_KEY =
      GOOD.replace("{url:", "{auth: {apiKeySecretRef: {name: key, key: token}}, url:");
  private static final String SECRET =
      WITH_KEY
          + """
          ---
          apiVersion: v1
          kind: Secret
          metadata: {name: key}
          """;

  /** The problems of a file without its name and the object's. */
  private List<String> problems(String text) throws IOException {
    Captured said = new Captured();
    String file = file("test.yaml", text);
    int code = validate(said, file);
    assertThat(said.everything()).doesNotContain("Exception", "\tat ", "canary");
    assertThat(code).isEqualTo(said.errors().isEmpty() ? 0 : 64);
    return said.errors()
        .lines()
        .map(line -> line.replace("loadline: " + file, "").replaceFirst("^: document \\d+", ""))
        .map(line -> line.replaceFirst("^, (LoadTest good|Secret key)", "").replaceFirst("^: ", ""))
        .toList();
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "good} | good, namespace: ../../etc} | metadata.namespace: '../../etc' is not allowed: a"
            + " lowercase RFC 1123 label must consist of lower case alphanumeric characters or"
            + " '-', and must start and end with an alphanumeric character (e.g. 'my-name' or"
            + " '123-abc')",
        "good} | good, labels: {a: 5}} | metadata.labels.a: must be text: write it in quotes,"
            + " \"5\"",
        "good} | good, labels: {a: b c}} | metadata.labels: 'b c' is not allowed: a valid label"
            + " must be an empty string or consist of alphanumeric characters, '-', '_' or '.',"
            + " and must start and end with an alphanumeric character (e.g. 'MyValue' or"
            + " 'my_value' or '12345')",
        "good} | good, finalisers: []} | metadata.finalisers: unknown field: use one of [name,"
            + " namespace, generateName, labels, annotations, finalizers, ownerReferences, uid,"
            + " resourceVersion, generation, creationTimestamp, deletionTimestamp,"
            + " deletionGracePeriodSeconds, managedFields, selfLink]",
        "loadline.dev/v1alpha1 | loadline.dev | apiVersion: 'loadline.dev' is unknown: that of"
            + " LoadTest and LoadTestRun is loadline.dev/v1alpha1",
        "loadline.dev/v1alpha1 | apps/v1 | apiVersion: 'apps/v1' is unknown: that of LoadTest and"
            + " LoadTestRun is loadline.dev/v1alpha1",
        "workload | `suspend: \"yes\"\n  workload` | spec.suspend: must be true or false,"
            + " without quotes",
        "workload | `startingDeadline: 600\n  workload` | spec.startingDeadline: '600' is not a"
            + " duration: write numbers with units ms, s, m or h, such as 90s or 1h30m",
        "workload | `concurrencyPolicy: yes\n  workload` | spec.concurrencyPolicy: 'true' is"
            + " unknown: use one of [Forbid, Allow, Replace]",
        "workload | `schedule: \"TZ=UTC 0 2 * * *\"\n  workload` | spec.schedule: holds a time"
            + " zone: remove TZ= or CRON_TZ= and set timeZone",
        "workload | `runNow: {token: 12345}\n  workload` | spec.runNow.token: must be text:"
            + " write it in quotes",
        "inputTokens: 10 | inputTokens: 99999999999999999999 |"
            + " spec.workload.synthetic.inputTokens: must be a whole number from 1 to 10000000",
        "inputTokens: 10 | inputTokens: [10] | spec.workload.synthetic.inputTokens: is neither a"
            + " whole number nor {distribution, mean, stddev, min, max}",
        "name: one | name: on | spec.load.stages[0].name: must be text: write it in quotes, for"
            + " YAML takes yes, no, on and off for true or false",
        "name: one | name: 1 | spec.load.stages[0].name: must be text: write it in quotes, \"1\"",
        "name: one | name: Peak | spec.load.stages[0].name: 'Peak' is no name: lower-case letters,"
            + " digits and -, a letter or digit at both ends, such as peak-1",
        "name: one | `name: \"\"` | spec.load.stages[0].name: is empty",
        "users: 1 | `users: \"1\"` | spec.load.stages[0].users: must be a number: write 1 without"
            + " quotes",
        "users: 1 | users: many | spec.load.stages[0].users: 'many' is no whole number",
        "users: 1 | users: 1.5 | spec.load.stages[0].users: '1.5' is no whole number",
        "users: 1 | users: 99999999999 | spec.load.stages[0].users: 99999999999 is outside 1 to"
            + " 100000",
        "outputTokens: 5} | outputTokens: 5}, seed: 9223372036854775808 | spec.workload.seed:"
            + " 9223372036854775808 is outside -9223372036854775808 to 9223372036854775807",
        "users: 1 | users: [1] | spec.load.stages[0].users: must be a whole number, not a list",
        "users: 1 | users:1, users: 1 | spec.load.stages[0].users:1: unknown field: put a space"
            + " behind the colon",
        "users: 1 | users: 1, pace: 3 | spec.load.stages[0].pace: unknown field: use one of"
            + " [arrival, burstiness, duration, name, ramp, requests, requestsPerSecond,"
            + " thinkTime, users]",
        "users: 1 | users: 1, requestsPerSecond: 2 | spec.load.stages[0]: exactly one of users and"
            + " requestsPerSecond must be set",
        "10s}] | 10s}, {name: one, users: 1, requests: 5}] | spec.load.stages[1].name: 'one' is"
            + " there twice",
        "10s}] | 10s}, null] | spec.load.stages[1]: is empty: give it a value or leave it out",
        "stages: [{name: one, users: 1, duration: 10s}] | stages: {} | spec.load.stages: must be a"
            + " list, not an object: begin each item with -",
        "stages: [{name: one, users: 1, duration: 10s}] | stages: | spec.load: exactly one of"
            + " stages, sweep and replay must be set",
        "`target: {url: \"http://127.0.0.1:8000/v1\"}` | target: {url: \"http://canary@h/v1\"} |"
            + " spec.target.url: must not hold credentials: use auth.apiKeySecretRef",
        "`target: {url: \"http://127.0.0.1:8000/v1\"}` | target: http://h | spec.target: must be an"
            + " object, not text",
        "`target: {url: \"http://127.0.0.1:8000/v1\"}` | target: | spec.target: is missing: name a"
            + " service or a url",
        "/v1\"} | `/v1\", headers: [{name: \"X Y\", value: a}]}` | spec.target.headers[0].name: 'X"
            + " Y' is no name of a header: letters, digits and marks such as -, no spaces",
        "/v1\"} | `/v1\", headers: [{name: X, value: \"canary\\nb\"}]}` |"
            + " spec.target.headers[0].value: is no value of a header: printable ASCII characters"
            + " without line breaks",
      })
  void saysWhatIsWrongAndWhatWouldBeRight(String good, String bad, String sentence)
      throws IOException {
    assertThat(GOOD).contains(good);
    assertThat(problems(GOOD.replace(good, bad))).containsExactly(sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "ok",
      value = {
        "4 | ok",
        "\"4.5\" | ok",
        "\"4\" | ok",
        "4.50 | write the fraction in quotes: \"4.5\"",
        "0.0009 | '0.0009' is not a rate: from 0.001 to 1000000",
        "\"0.0009\" | '0.0009' is not a rate: from 0.001 to 1000000",
        "1e-7 | '0.0000001' is not a rate: from 0.001 to 1000000",
        "0 | '0' is not a rate: from 0.001 to 1000000",
        "-4 | '-4' is not a rate: from 0.001 to 1000000",
        "\"1e3\" | '1e3' is not a number with at most nine digits before and after the point",
        "fast | 'fast' is not a number with at most nine digits before and after the point",
        "true | 'true' is not a number with at most nine digits before and after the point",
        "{} | must be a number, not an object",
      })
  void showsARateAsItIsWritten(String rate, String sentence) throws IOException {
    String text =
        GOOD.replace("users: 1, duration: 10s", "requestsPerSecond: " + rate + ", duration: 10s");
    assertThat(problems(text))
        .isEqualTo(
            sentence == null
                ? List.of()
                : List.of("spec.load.stages[0].requestsPerSecond: " + sentence));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "ok",
      value = {
        "stringData: {token: canary} | ok",
        "`stringData:\n  token: |\n    canary` | ok",
        "`data:\n  token: |\n    Y2Fu\n    YXJ5` | ok",
        "stringData: {other: canary} | spec.target.auth.apiKeySecretRef: Secret key has no key"
            + " token",
        "stringData: {token: \" \"} | spec.target.auth.apiKeySecretRef: the value of key token in"
            + " Secret key is empty",
        "`stringData: {token: \"canary\\nmore\"}` | spec.target.auth.apiKeySecretRef: the value of"
            + " key token in Secret key has a line break or another character that no request"
            + " header can hold: write the key alone, on one line",
        "data: {token: Y2FuYXJ5CmNhbmFyeQ==} | spec.target.auth.apiKeySecretRef: the value of key"
            + " token in Secret key has a line break or another character that no request header"
            + " can hold: write the key alone, on one line",
        "stringData: {token: {a: canary}} | stringData.token: must be text, not an object",
        "stringData: {token: 5} | stringData.token: must be text: write it in quotes",
        "data: {token: can ary!} | data.token: is not base64: plain text belongs into stringData",
        "`stringData: {token: canary}\nstringdata: {token: canary}` | stringdata: unknown field:"
            + " use one of [apiVersion, kind, metadata, type, immutable, data, stringData]",
        "`stringData: {token: canary, a b: canary}` | stringData: 'a b' is not allowed: a valid"
            + " config key must consist of alphanumeric characters, '-', '_' or '.' (e.g."
            + " 'key.name' or 'KEY_NAME' or 'key-name')",
        "stringData: [canary] | stringData: must be an object, not a list",
      })
  void checksSecretsWithoutShowingThem(String data, String sentence) throws IOException {
    List<String> problems = problems(SECRET + data + "\n");
    if (sentence == null) {
      assertThat(problems).isEmpty();
    } else {
      assertThat(problems).contains(sentence);
    }
  }

  @Test
  void listsEverythingThatIsWrongWithATestOnceAndInItsOrder() throws IOException {
    String text =
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: good}
        spec:
          schedule: "61 2 * * *"
          suspend: perhaps
          target: {url: "http://h/v1?canary", service: {name: x, port: 70000}}
          workload: {synthetic: {inputTokens: {mean: 5, min: 30, max: 20}, outputTokens: {}}}
          load:
            warmup: 30
            stages:
            - {name: one, users: many, thinkTime: 1s, duration: soon}
            - {name: one, users: 1, requests: 5, duration: 10s}
          objectives:
          - {name: a, metric: ttft, max: 800, stage: two}
          - {name: b, metric: errorRate, statistic: p95, max: 150%}
          runner: {env: [{name: HF_TOKEN, value: canary}]}
          lifecycle: {podRetention: Sometimes}
        """;
    assertThat(problems(text))
        .containsExactly(
            "spec.schedule: minute: \"61\" is not 0 to 59",
            "spec.suspend: must be true or false, without quotes",
            "spec.target: exactly one of service and url must be set",
            "spec.target.url: must not hold a query or a fragment",
            "spec.target.service.port: 70000 is outside 1 to 65535",
            "spec.workload.synthetic.inputTokens.stddev: is missing",
            "spec.workload.synthetic.inputTokens: min is above max",
            "spec.workload.synthetic.outputTokens.mean: is missing",
            "spec.workload.synthetic.outputTokens.stddev: is missing",
            "spec.workload.synthetic.outputTokens.max: is missing",
            "spec.load.warmup: '30' is not a duration: write numbers with units ms, s, m or h, such"
                + " as 90s or 1h30m",
            "spec.load.stages[0].users: 'many' is no whole number",
            "spec.load.stages[0].duration: 'soon' is not a duration: write numbers with units ms,"
                + " s, m or h, such as 90s or 1h30m",
            "spec.load.stages[1]: exactly one of duration and requests must be set",
            "spec.load.stages[1].name: 'one' is there twice",
            "spec.objectives[0].statistic: is missing: [mean, p50, p90, p95, p99, max]",
            "spec.objectives[0].max: '800' is not a duration above 0 with a unit, such as 800ms or"
                + " 1.5s",
            "spec.objectives[0].stage: 'two' is no stage of the load: [one]",
            "spec.objectives[1].statistic: does not go with errorRate",
            "spec.objectives[1].max: '150%' is not a share from 0% to 100% (or 0 to 1)",
            "spec.runner.env[0]: a variable of this name holds a secret: use"
                + " valueFrom.secretKeyRef",
            "spec.lifecycle.podRetention: 'Sometimes' is unknown: use one of [Never, OnFailure,"
                + " Always]");
  }

  @Test
  void saysWhatIsMissingOnce() throws IOException {
    String head = "apiVersion: loadline.dev/v1alpha1\nkind: LoadTest\n";
    assertThat(problems(head + "metadata: {name: good}\nspec: {}\n"))
        .containsExactlyInAnyOrder(
            "spec.target: is missing: name a service or a url",
            "spec.workload: is missing: give it synthetic, preset, dataset or trace",
            "spec.load: is missing: give it stages, a sweep or a replay");
    assertThat(problems(head))
        .containsExactlyInAnyOrder(
            ", LoadTest: metadata.name: is missing", ", LoadTest: spec: is missing");
    assertThat(problems(head + "metadata: [canary]\nspec: 5\n"))
        .containsExactly(
            ", LoadTest: metadata: must be an object, not a list",
            ", LoadTest: spec: must be an object, not a number");
    assertThat(problems(head + "metadata: {name: {canary: 1}}\nspec: []\n"))
        .containsExactly(
            ", LoadTest: metadata.name: must be text, not an object",
            ", LoadTest: spec: must be an object, not a list");
    assertThat(problems("{}\n"))
        .containsExactly(
            "apiVersion: is missing: that of LoadTest and LoadTestRun is loadline.dev/v1alpha1",
            "kind: is missing: loadline.dev/v1alpha1 has the kinds LoadTest and LoadTestRun");
  }
}
