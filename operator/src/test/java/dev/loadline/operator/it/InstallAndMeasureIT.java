package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The README's cluster path on a real cluster: install, apply, wait, read, delete, uninstall. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InstallAndMeasureIT {
  private static final Path EXAMPLES = Path.of("../examples");
  private static final Duration TARGET_READY = Duration.ofMinutes(2);
  private static final Duration RUN_FINISHED = Duration.ofMinutes(4);
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String PREFIX = "loadline_";
  private static final double MICROS = 1e6;

  private static KubernetesClient client;
  private static InstalledChart chart;
  private static TestNamespace namespace;

  @BeforeAll
  static void installWithDefaultValues() {
    TestCluster cluster = TestCluster.require();
    client = cluster.client();
    chart = new InstalledChart(cluster, Map.of());
    namespace = new TestNamespace(client, "loadline-it-perf");
  }

  @AfterAll
  static void removeAll() {
    if (namespace != null) {
      namespace.close();
    }
    if (chart != null) {
      chart.close();
    }
  }

  @Order(1)
  @Test
  void appliedTestIsMeasuredShownAndForgotten() throws Exception {
    namespace.apply(Files.readString(EXAMPLES.resolve("simulator.yaml")));
    await("the simulator is ready")
        .atMost(TARGET_READY)
        .until(() ->
            client
                .apps()
                .deployments()
                .inNamespace(namespace.name())
                .withName("simulator")
                .isReady());

    namespace.apply(Files.readString(EXAMPLES.resolve("quickstart.yaml")));
    TestRuns runs = new TestRuns(client, namespace.name());
    await("a run is made").atMost(SOON).until(() -> runs.all().size() == 1);
    LoadTestRun run =
        runs.awaitFinished(runs.all().getFirst().getMetadata().getName(), RUN_FINISHED);

    assertMeasured(run.getStatus());
    columnsShow(run);
    metricsShow(run);

    client.resources(LoadTest.class).inNamespace(namespace.name()).withName("quickstart").delete();
    await("the series are gone")
        .atMost(SOON)
        .until(() -> Series.of(chart.metrics()).stream().noneMatch(InstallAndMeasureIT::ofTheTest));
    await("the runs are gone").atMost(SOON).until(() -> runs.all().isEmpty());
    assertThat(chart.log()).doesNotContain("forbidden").doesNotContain("\"level\":\"ERROR\"");
  }

  @Order(2)
  @Test
  void testsOutliveTheChartAndAreTakenUpByTheNext() {
    chart.uninstall();

    assertThat(chart.crds())
        .extracting(crd -> crd.getMetadata().getName())
        .containsExactlyInAnyOrder("loadtests.loadline.dev", "loadtestruns.loadline.dev");
    namespace.apply(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: waiting}
        spec:
          suspend: true
          target: {service: {name: simulator, port: 8000}}
          workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
          load: {stages: [{name: steady, users: 4, duration: 1m}]}
        """);

    chart.install(Map.of());

    await("the test is taken up")
        .atMost(SOON)
        .until(() -> readiness("waiting"), "Suspended"::equals);
  }

  /** Why a test is ready, or is not; empty while nobody has looked at it. */
  private static String readiness(String test) {
    LoadTest now =
        client.resources(LoadTest.class).inNamespace(namespace.name()).withName(test).get();
    return Stream.ofNullable(now.getStatus())
        .flatMap(status -> status.conditions().stream())
        .filter(condition -> condition.getType().equals("Ready"))
        .map(Condition::getReason)
        .findFirst()
        .orElse("");
  }

  /**
   * Pass; or, on a machine too busy for the generator to be exact, Invalid for that and only that.
   */
  private static void assertMeasured(LoadTestRunStatus status) {
    String whole = Serialization.asYaml(status);
    List<String> failed =
        status.validity().stream()
            .filter(check -> check.result().equals("Failed"))
            .map(LoadTestRunStatus.ValidityStatus::check)
            .toList();

    assertThat(status.validity())
        .as(whole)
        .anySatisfy(check -> {
          assertThat(check.check()).isEqualTo("TargetChanged");
          assertThat(check.result()).isEqualTo("Passed");
        });
    assertThat(failed).as(whole).isSubsetOf("GeneratorSaturated");
    assertThat(status.verdict()).as(whole).isEqualTo(failed.isEmpty() ? "Pass" : "Invalid");
    assertThat(status.stages().getFirst().requests().failed()).as(whole).isZero();
    assertThat(status.stages().getFirst().requests().completed()).as(whole).isPositive();
  }

  /** What kubectl get loadtest prints. */
  private static void columnsShow(LoadTestRun run) throws Exception {
    LoadTestRunStatus.Summary summary = run.getStatus().summary();
    await("the test knows of its run")
        .atMost(SOON)
        .until(() -> run.getStatus().verdict().equals(columns().get("Verdict")));

    assertThat(columns())
        .containsEntry("TTFT-P95", summary.ttftP95())
        .containsEntry("TPOT-P95", summary.tpotP95())
        .containsEntry("TPS", summary.outputTokensPerSecond())
        .containsEntry("Schedule", "0 2 * * *")
        .hasEntrySatisfying("Next", next -> assertThat(next).matches("\\d{4}-\\d\\d-\\d\\dT.*"))
        .hasEntrySatisfying("Last Run", last -> assertThat(last).isNotEmpty());
  }

  private static Map<String, String> columns() throws Exception {
    URI table =
        URI.create(client.getMasterUrl().toString())
            .resolve(
                "/apis/loadline.dev/v1alpha1/namespaces/"
                    + namespace.name()
                    + "/loadtests/quickstart");
    HttpResponse<String> response =
        client
            .getHttpClient()
            .sendAsync(
                client
                    .getHttpClient()
                    .newHttpRequestBuilder()
                    .uri(table)
                    .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                    .build(),
                String.class)
            .get(SOON.toSeconds(), TimeUnit.SECONDS);
    JsonNode answer = new ObjectMapper().readTree(response.body());
    Map<String, String> columns = new TreeMap<>();
    for (int i = 0; i < answer.path("columnDefinitions").size(); i++) {
      columns.put(
          answer.path("columnDefinitions").path(i).path("name").asText(),
          answer.path("rows").path(0).path("cells").path(i).asText());
    }
    return columns;
  }

  /** The operator's series say what the run's status says. */
  private static void metricsShow(LoadTestRun run) {
    List<Series> series = Series.of(chart.metrics());
    assertThat(
            Series.value(
                series,
                PREFIX + "last_run_verdict",
                Map.of(
                    "namespace",
                    namespace.name(),
                    "loadtest",
                    "quickstart",
                    "verdict",
                    run.getStatus().verdict())))
        .isEqualTo(1);
    if (!run.getStatus().verdict().equals("Invalid")) {
      figuresShow(run, series);
    }
  }

  private static void figuresShow(LoadTestRun run, List<Series> series) {
    LoadTestRunStatus.StageStatus stage = run.getStatus().stages().getFirst();
    Map<String, String> test =
        Map.of("namespace", namespace.name(), "loadtest", "quickstart", "stage", "steady");
    Map<String, String> p95 = new TreeMap<>(test);
    p95.put("quantile", "0.95");
    long ttft = stage.latencyMicros().get("ttft").p95();
    long tpot = stage.latencyMicros().get("tpot").p95();
    double tokens = Double.parseDouble(stage.throughput().outputTokensPerSecond());

    assertThat(Series.value(series, PREFIX + "ttft_seconds", p95))
        .isCloseTo(ttft / MICROS, within(1e-6));
    assertThat(Series.value(series, PREFIX + "time_per_output_token_seconds", p95))
        .isCloseTo(tpot / MICROS, within(1e-6));
    assertThat(Series.value(series, PREFIX + "output_tokens_per_second", test)).isEqualTo(tokens);
    assertThat(Series.value(series, PREFIX + "error_ratio", test)).isZero();
  }

  private static boolean ofTheTest(Series series) {
    return "quickstart".equals(series.labels().get("loadtest"));
  }
}
