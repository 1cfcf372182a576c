package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.RunnerSettings.Reading;
import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunnerSettingsTest {
  private static final RunPlan PLAN = Plans.requests("http://127.0.0.1:8000/v1", 10);
  private static final RunPlan SECRET =
      Plans.withSecrets(
          PLAN,
          Environment.API_KEY,
          new RunPlan.Header("X-Tenant", Environment.HEADER_PREFIX + 0, false));

  @TempDir Path folder;

  @Test
  void readsThePlanFromTheEnvironment() {
    RunnerSettings settings = usable(Map.of(Environment.PLAN, ContractJson.write(PLAN)));

    assertThat(settings.plan()).isEqualTo(PLAN);
    assertThat(settings.endpoint().url()).isEqualTo("http://127.0.0.1:8000/v1");
    assertThat(settings.endpoint().headers()).isEmpty();
    assertThat(settings.clientWarmup()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void readsThePlanFromAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("plan.json"), ContractJson.write(PLAN));

    assertThat(usable(Map.of(Environment.PLAN_FILE, file.toString())).plan()).isEqualTo(PLAN);
  }

  @Test
  void wantsExactlyOnePlan() {
    assertThat(problems(Map.of()))
        .containsExactly(
            "There is no plan: set one of LOADLINE_PLAN (the plan as JSON) and LOADLINE_PLAN_FILE"
                + " (a file that holds it).");
    assertThat(problems(Map.of(Environment.PLAN, "{}", Environment.PLAN_FILE, "/plan.json")))
        .singleElement()
        .asString()
        .startsWith("There is more than one plan: ");
  }

  @Test
  void namesAFileThatCannotBeRead() {
    Path missing = folder.resolve("missing.json");

    assertThat(problems(Map.of(Environment.PLAN_FILE, missing.toString())))
        .containsExactly(
            "The plan cannot be read from %s, which LOADLINE_PLAN_FILE names: there is no such file."
                .formatted(missing));
    assertThat(problems(Map.of(Environment.PLAN_FILE, folder.toString()))).hasSize(1);
    assertThat(problems(Map.of(Environment.PLAN_FILE, "a\0b"))).hasSize(1);
  }

  @Test
  void takesKeyAndHeadersFromTheVariablesThatThePlanNames() {
    RunnerSettings settings =
        usable(
            Map.of(
                Environment.PLAN,
                ContractJson.write(SECRET),
                Environment.API_KEY,
                "  s3cret\n",
                Environment.HEADER_PREFIX + 0,
                "blue"));

    assertThat(settings.endpoint().headers())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("Authorization", "Bearer s3cret", "X-Tenant", "blue"));
    assertThat(settings.toString()).doesNotContain("s3cret").doesNotContain("blue");
  }

  @Test
  void namesEachVariableThatIsMissing() {
    assertThat(
            problems(
                Map.of(Environment.PLAN, ContractJson.write(SECRET), Environment.API_KEY, " ")))
        .containsExactly(
            "The environment variable LOADLINE_API_KEY, which should hold the target's API key, is"
                + " not set or empty.",
            "The environment variable LOADLINE_HEADER_0, which should hold the value of header"
                + " X-Tenant, is not set or empty.");
  }

  @Test
  void refusesTwoValuesOfOneHeader() {
    RunPlan plan =
        Plans.withSecrets(
            PLAN, Environment.API_KEY, new RunPlan.Header("authorization", "OTHER", false));
    Map<String, String> environment =
        Map.of(
            Environment.PLAN, ContractJson.write(plan), Environment.API_KEY, "one", "OTHER", "two");

    assertThat(problems(environment))
        .containsExactly("Header authorization would be sent with two values.");
  }

  @Test
  void refusesAKeyThatNoHeaderCanCarryWithoutShowingIt() {
    Map<String, String> environment =
        Map.of(
            Environment.PLAN,
            ContractJson.write(SECRET),
            Environment.API_KEY,
            "s3c\nret",
            Environment.HEADER_PREFIX + 0,
            "blue");

    assertThat(problems(environment))
        .containsExactly(
            "The value of header Authorization holds a character that no HTTP header may hold.");
  }

  @ParameterizedTest
  @CsvSource({"-1", "10s", "1000000000", "1.5"})
  void refusesAWarmUpThatIsNoNumberOfMilliseconds(String millis) {
    Map<String, String> environment =
        Map.of(
            Environment.PLAN, ContractJson.write(PLAN), Environment.CLIENT_WARMUP_MILLIS, millis);

    assertThat(problems(environment))
        .singleElement()
        .asString()
        .startsWith("LOADLINE_CLIENT_WARMUP_MILLIS is \"" + millis + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://127.0.0.1/v1",
    "127.0.0.1:8000",
    "http://user:secret@127.0.0.1/v1",
    "http:// /v1",
    "''"
  })
  void refusesAUrlThatIsNoTarget(String url) {
    Map<String, String> environment =
        Map.of(Environment.PLAN, ContractJson.write(Plans.requests(url, 1)));

    assertThat(problems(environment)).singleElement().asString().doesNotContain("secret");
  }

  @Test
  void saysEverythingThatIsWrongAtOnce() {
    String broken =
        ContractJson.write(SECRET)
            .replace("\"Chat\"", "\"Talk\"")
            .replace("\"users\":2", "\"users\":0")
            .replace("\"value\":4", "\"value\":0");

    assertThat(problems(Map.of(Environment.PLAN, broken)))
        .satisfiesExactlyInAnyOrder(
            problem -> assertThat(problem).startsWith("target.api "),
            problem -> assertThat(problem).startsWith("load.stages[0].shape.users "),
            problem -> assertThat(problem).startsWith("workload.content.outputTokens.value "),
            problem -> assertThat(problem).contains(Environment.API_KEY),
            problem -> assertThat(problem).contains(Environment.HEADER_PREFIX + 0));
  }

  private static RunPlan withTls(Optional<String> serverName) {
    RunPlan.Target target = PLAN.target();
    return new RunPlan(
        PLAN.version(),
        PLAN.run(),
        PLAN.nonce(),
        new RunPlan.Target(
            "https://10.0.0.1/v1",
            target.model(),
            target.api(),
            target.engine(),
            Optional.empty(),
            List.of(),
            false,
            Optional.empty(),
            serverName,
            Optional.of(
                new RunPlan.ClientCertificate(
                    Environment.CLIENT_CERTIFICATE, Environment.CLIENT_KEY)),
            target.readinessTimeoutMillis()),
        PLAN.workload(),
        PLAN.load(),
        PLAN.goodput(),
        PLAN.judged(),
        PLAN.limits());
  }

  @Test
  void namesTheCertificatesVariablesThatAreMissing() {
    assertThat(problems(Map.of(Environment.PLAN, ContractJson.write(withTls(Optional.empty())))))
        .containsExactly(
            "The environment variable LOADLINE_CLIENT_CERTIFICATE, which should hold the client's"
                + " certificate, is not set or empty.",
            "The environment variable LOADLINE_CLIENT_KEY, which should hold the key of the"
                + " client's certificate, is not set or empty.");
  }

  @Test
  void refusesAClientCertificateThatIsNoneWithoutShowingIt() {
    Map<String, String> environment =
        Map.of(
            Environment.PLAN,
            ContractJson.write(withTls(Optional.of("gateway.example"))),
            Environment.CLIENT_CERTIFICATE,
            "s3cret certificate",
            Environment.CLIENT_KEY,
            "s3cret key");

    assertThat(problems(environment))
        .containsExactly(
            "The client certificate (target.tls.clientCertificateSecretName) cannot be used:"
                + " tls.crt must hold one or more PEM certificates (-----BEGIN CERTIFICATE-----).");
  }

  private static RunnerSettings usable(Map<String, String> environment) {
    return ((Reading.Usable) RunnerSettings.read(environment)).settings();
  }

  private static List<String> problems(Map<String, String> environment) {
    return ((Reading.Unusable) RunnerSettings.read(environment)).problems();
  }
}
