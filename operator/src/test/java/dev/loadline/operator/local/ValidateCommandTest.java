package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValidateCommandTest extends GoodFile {
  @Test
  void saysWhatIsGood() throws Exception {
    String file = file("good.yaml", GOOD);
    assertThat(validate(file)).isZero();
    assertThat(captured.out()).isEqualTo(file + ": LoadTest good: ok\n");
    assertThat(captured.errors()).isEmpty();
  }

  @Test
  void refusesASecretWhoseDataIsNotBase64WithoutShowingIt() throws Exception {
    String file =
        file(
            "secret.yaml",
            GOOD
                + "---\n"
                + "apiVersion: v1\n"
                + "kind: Secret\n"
                + "metadata: {name: k}\n"
                + "data: {token: sk-x y!}\n");
    assertThat(run(file)).isEqualTo(64);
    assertThat(validate(file)).isEqualTo(64);
    assertThat(captured.errors()).contains("Secret k: data.token: is not base64");
    assertThat(captured.errors()).doesNotContain("sk-x");
  }

  @Test
  void refusesAFileThatNoServerTakesWithoutReadingIt() throws Exception {
    String file = file("large.yaml", "a".repeat((3 << 20) + 1));
    assertThat(validate(file)).isEqualTo(64);
    assertThat(captured.errors()).contains("is larger than 3 MiB");
  }

  @Test
  void listsAllProblemsOfAllFilesWithPlaceAndField() throws Exception {
    String broken = file("broken.yaml", "apiVersion: v1\nkind: [\n");
    String two =
        file(
            "two.yaml",
            GOOD
                + "---\n"
                + GOOD.replace("name: good", "name: bad")
                    .replace("users: 1", "users: 0, pace: 3")
                    .replace(
                        "spec:\n", "spec:\n  schedule: \"61 * * * *\"\n  timeZone: Mars/Base\n"));
    String other = file("other.yaml", "apiVersion: loadline.dev/v9\nkind: LoadTset\n");
    assertThat(validate(broken, "missing.yaml", two, other)).isEqualTo(64);
    assertThat(captured.out()).isEqualTo(two + ": LoadTest good: ok\n");
    assertThat(captured.errors().lines())
        .allMatch(line -> line.startsWith("loadline: "))
        .anyMatch(line -> line.contains("broken.yaml:3:1: is not YAML: expected the node content"))
        .anyMatch(line -> line.contains("missing.yaml: there is no such file"))
        .anyMatch(line -> line.contains("document 2, LoadTest bad: spec.load.stages[0].users"))
        .anyMatch(line -> line.contains("spec.load.stages[0].pace: unknown field"))
        .anyMatch(line -> line.contains("spec.schedule: "))
        .anyMatch(line -> line.contains("spec.timeZone: "))
        .anyMatch(line -> line.contains("apiVersion: 'loadline.dev/v9' is unknown: that of"))
        .anyMatch(line -> line.contains("kind: 'LoadTset' is unknown: loadline.dev/v1alpha1 has"));
    assertThat(captured.errors()).doesNotContain("Exception").doesNotContain("\tat ");
  }

  @Test
  void skipsOtherKindsWhichCannotBeRun() throws Exception {
    String other = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n";
    String file = file("other.yaml", other + "---\n" + other);
    assertThat(validate(file)).isZero();
    String line = file + ": Deployment d: skipped: not a Loadline kind\n";
    assertThat(captured.out()).isEqualTo(line + line);
    assertThat(captured.errors()).isEmpty();
    assertThat(run(file, file("good.yaml", GOOD))).isEqualTo(64);
    assertThat(captured.errors())
        .contains(
            "Deployment d: kind Deployment of apps/v1 means nothing without a"
                + " cluster: leave it out");
  }

  @Test
  void checksTheTestWithinARun() throws Exception {
    String run =
        GOOD.replace("kind: LoadTest\n", "kind: LoadTestRun\n")
            .replace("spec:\n", "spec:\n  test:\n")
            .replace("  target", "    target")
            .replace("  workload", "    workload")
            .replace("  load:", "    load:")
            .replace("duration: 10s", "duration: 0s");
    assertThat(validate(file("run.yaml", run))).isEqualTo(64);
    assertThat(captured.errors()).contains("spec.test.load.stages[0].duration: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"name: UPPER", "name: a, namespace: ../../etc", "name: a.b", "name: -a"})
  void validateAndRunRefuseANameInTheSameWords(String metadata) throws Exception {
    String file = file("name.yaml", GOOD.replace("name: good", metadata));
    assertThat(validate(file)).isEqualTo(64);
    String said = captured.errors();
    assertThat(said.lines()).singleElement().asString().contains("metadata.name");
    assertThat(run(file)).isEqualTo(64);
    assertThat(captured.errors()).isEqualTo(said + said);
  }

  @Test
  void aGeneratedNameIsForKubectlCreate() throws Exception {
    String file = file("name.yaml", GOOD.replace("name: good", "generateName: nightly-"));
    assertThat(validate(file)).isZero();
    assertThat(captured.out()).isEqualTo(file + ": LoadTest nightly-…: ok\n");
    assertThat(run(file)).isEqualTo(64);
    assertThat(captured.errors()).contains("metadata.name: is needed here: generateName is for");
  }

  @Test
  void readsStandardInput() {
    input = GOOD.replace("users: 1", "users: 0");
    assertThat(validate("-")).isEqualTo(64);
    assertThat(captured.errors())
        .isEqualTo(
            "loadline: standard input: document 1, LoadTest good: spec.load.stages[0].users: 0 is"
                + " outside 1 to 100000\n");
  }

  @Test
  void refusesTheSameObjectTwiceAndFilesWithoutObjects() throws Exception {
    String twice = file("twice.yaml", GOOD + "---\n" + GOOD);
    String empty = file("empty.yaml", "# nothing\n");
    assertThat(validate(twice, empty)).isEqualTo(64);
    assertThat(captured.errors())
        .contains(
            "twice.yaml: document 2, LoadTest good: is there more than once, first in "
                + twice
                + " as document 1: give each")
        .contains("empty.yaml: holds no object");
  }

  @Test
  void neverShowsWhatMayBeSecret() throws Exception {
    String secrets =
        GOOD.replace("http://127.0.0.1:8000/v1", "http://user:canary-one@host/v1")
            .replace(
                "\n  load:", "\n  runner: {env: [{name: API_TOKEN, value: canary-two}]}\n  load:")
            .replace("url:", "headers: [{name: Authorization, value: canary-three}], url:");
    assertThat(validate(file("secrets.yaml", secrets))).isEqualTo(64);
    assertThat(captured.errors()).contains("spec.target").contains("spec.runner.env[0]");
    assertThat(captured.everything()).doesNotContain("canary");
  }

  @Test
  void runStartsNothingThatCannotRunHere() throws Exception {
    String service =
        GOOD.replace(
            "target: {url: \"http://127.0.0.1:8000/v1\"}",
            "target: {service: {name: vllm, port: 8000}, auth: {apiKeySecretRef: {name: key, key:"
                + " token}}}");
    String file = file("service.yaml", service);
    assertThat(validate(file)).isZero();
    assertThat(run(file, "missing.yaml")).isEqualTo(64);
    assertThat(captured.errors())
        .contains("spec.target.service: a Service can only be found in a cluster: use url")
        .contains("spec.target.auth.apiKeySecretRef: there is no Secret key")
        .contains("missing.yaml: there is no such file");
  }

  private static String with(String workload, String load) {
    return """
    apiVersion: loadline.dev/v1alpha1
    kind: LoadTest
    metadata: {name: files}
    spec:
      target: {url: "https://127.0.0.1:8000/v1", tls: {clientCertificateSecretName: client}}
      workload: {%s}
      load: {%s}
    """
        .formatted(workload, load);
  }

  @Test
  void runNeedsTheFilesOfAWorkload() throws Exception {
    String file =
        file(
            "dataset.yaml",
            with(
                "dataset: {configMap: {name: prompts, key: chat.jsonl}, format: JSONL}",
                "sweep: {users: [1, 2], duration: 1s}"));
    assertThat(validate(file)).isZero();
    assertThat(captured.out())
        .isEqualTo(
            file
                + ": LoadTest files: ok; Secret client, ConfigMap prompts are not in the files: not"
                + " checked\n");
    assertThat(run(file)).isEqualTo(64);
    assertThat(captured.errors().lines())
        .filteredOn(line -> line.contains("clientCertificateSecretName"))
        .hasSize(1);
    assertThat(captured.errors())
        .contains("spec.workload.dataset.configMap: there is no ConfigMap prompts")
        .contains("spec.target.tls.clientCertificateSecretName: there is no Secret client");
    String there =
        """
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: prompts}
        data: {other.jsonl: "{}"}
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: client}
        stringData: {tls.crt: a}
        """;
    String both = file("both.yaml", Files.readString(Path.of(file)) + there);
    assertThat(validate(both)).isEqualTo(64);
    assertThat(captured.errors())
        .contains(
            "spec.workload.dataset.configMap: ConfigMap prompts has no key chat.jsonl",
            "spec.target.tls.clientCertificateSecretName: Secret client has no key tls.key");
  }

  @Test
  void refusesAClientCertificateThatCannotBeReadWithoutShowingIt() throws Exception {
    String certificate =
        Files.readString(Path.of("src/test/resources/plan/client-certificate.pem"));
    String test =
        with("synthetic: {inputTokens: 1, outputTokens: 1}", "sweep: {users: [1], duration: 1s}");
    String secret =
        """
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: client}
        stringData:
          tls.key: canary
          tls.crt: |
        """;
    assertThat(validate(file("good.yaml", test + secret + certificate.strip().indent(4)))).isZero();
    String garbage = file("garbage.yaml", test + secret + "    canary");
    assertThat(validate(garbage)).isEqualTo(64);
    assertThat(run(garbage)).isEqualTo(64);
    assertThat(captured.errors().lines())
        .hasSize(2)
        .allMatch(line ->
            line.endsWith(
                "spec.target.tls.clientCertificateSecretName: key tls.crt in Secret client must"
                    + " hold PEM certificates (-----BEGIN CERTIFICATE-----) that can be read, and"
                    + " no keys"));
    assertThat(captured.everything()).doesNotContain("canary");
  }

  @Test
  void runSaysHowToNameTheFolderOfAClaim() throws Exception {
    String file =
        file(
            "trace.yaml",
            with(
                    "trace: {persistentVolumeClaim: {claimName: traces, path: a.csv}, format:"
                        + " Azure}",
                    "replay: {}")
                .replace(", tls: {clientCertificateSecretName: client}", ""));
    assertThat(validate(file)).isZero();
    assertThat(captured.out())
        .endsWith(": ok; PersistentVolumeClaim traces is not in the files: not checked\n");
    assertThat(run(file)).isEqualTo(64);
    assertThat(captured.errors())
        .contains(
            "spec.workload.trace.persistentVolumeClaim: a claim can only be found in a cluster: say"
                + " where its files are here, --data traces=FOLDER");
    assertThat(run("--data", "traces=/no/such/folder", file)).isEqualTo(64);
    assertThat(captured.errors()).contains("--data traces: there is no folder /no/such/folder");
  }
}
