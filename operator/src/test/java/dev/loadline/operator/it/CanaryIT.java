package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.Canaries;
import dev.loadline.operator.EchoTarget;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.LoadTestRunStatus;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Secrets placed wherever a test can name one, and a word in each prompt, reach the target and
 * appear nowhere else on a real cluster, whatever becomes of the runs: not in specs, statuses,
 * events, logs, ConfigMaps, metrics, termination messages or the audit log.
 */
class CanaryIT {
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration FINISHED = Duration.ofMinutes(3);
  private static final String CLASSES = "dev/loadline/operator/EchoTarget.class";
  private static final Canaries CANARIES = Canaries.random();

  private static KubernetesClient client;
  private static InstalledChart chart;
  private static TestNamespace namespace;
  private static TestRuns runs;

  @BeforeAll
  static void installAndPlaceSecrets() throws IOException {
    TestCluster cluster = TestCluster.require();
    client = cluster.client();
    chart = new InstalledChart(cluster, Map.of());
    namespace = new TestNamespace(client, "loadline-it-canary");
    runs = new TestRuns(client, namespace.name());
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("classes")
                .endMetadata()
                .addToBinaryData(
                    "EchoTarget.class", Base64.getEncoder().encodeToString(classFile()))
                .build())
        .inNamespace(namespace.name())
        .create();
    namespace.apply(
        CANARIES.manifests()
            + "---\n"
            + target("echo", "fail")
            + "---\n"
            + target("guard", "refuse"));
    for (String target : List.of("echo", "guard")) {
      await(target + " is ready")
          .atMost(READY)
          .until(() -> client.pods().inNamespace(namespace.name()).withName(target).isReady());
    }
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

  private static byte[] classFile() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(EchoTarget.class.getClassLoader().getResourceAsStream(CLASSES))) {
      return file.readAllBytes();
    }
  }

  private static String target(String name, String manner) {
    return """
    apiVersion: v1
    kind: Service
    metadata: {name: %1$s}
    spec: {selector: {app: %1$s}, ports: [{name: http, port: 8000}]}
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: %1$s, labels: {app: %1$s}}
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 1
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: target
          image: loadline/runner:0.1.0
          command: [/opt/java/bin/java, -Xmx64m, -cp, /classes, dev.loadline.operator.EchoTarget, "8000", %2$s]
          readinessProbe: {tcpSocket: {port: 8000}, periodSeconds: 1}
          resources: {requests: {cpu: 50m, memory: 128Mi}, limits: {memory: 256Mi}}
          securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
          volumeMounts: [{name: classes, mountPath: /classes}]
      volumes: [{name: classes, configMap: {name: classes, items: [{key: EchoTarget.class, path: %3$s}]}}]
    """
        .formatted(name, manner, CLASSES);
  }

  private static void start(String name, String url, String tls, String moreVariables) {
    start(name, url, tls, moreVariables, "requests: 20");
  }

  private static void start(
      String name, String url, String tls, String moreVariables, String length) {
    namespace.apply(
        "apiVersion: loadline.dev/v1alpha1\nkind: LoadTest\nmetadata: {name: "
            + name
            + "}\nspec:\n"
            + (CANARIES.spec(url, tls).replace("requests: 20", length)
                    + "runner:\n"
                    + "  resources: {requests: {cpu: 50m, memory: 160Mi}, limits: {memory:"
                    + " 256Mi}}\n"
                    + "  env:\n"
                    + "    - {name: FROM_SECRET, valueFrom: {secretKeyRef: {name: canaries, key:"
                    + " variable}}}\n"
                    + moreVariables)
                .indent(2));
  }

  @Test
  void secretsAndPromptsReachTheTargetAndAppearNowhereElse() throws IOException {
    start("quoted", "http://echo:8000/v1", "", "");
    start("refused", "http://guard:8000/v1", "", "");
    start("plain", "https://echo:8000/v1", "tls: {clientCertificateSecretName: certificate}", "");
    start("closed", "http://echo:8001/v1", "", "");
    start(
        "crashed",
        "http://echo:8000/v1",
        "",
        "    - {name: JAVA_TOOL_OPTIONS, value: -Xms900m -Xmx900m -XX:+AlwaysPreTouch}\n");
    start("scraped", "http://echo:8000/v1", "", "", "duration: 12s");
    String scraped = metricsOf("scraped");
    await("all runs have finished")
        .atMost(FINISHED)
        .until(() ->
            runs.all().size() == 6
                && runs.all().stream().allMatch(run -> TestRuns.isTrue(run, "Finished")));

    assertThat(received("echo"))
        .contains(CANARIES.key())
        .contains(CANARIES.header())
        .contains(CANARIES.word());
    assertThat(received("guard")).contains(CANARIES.key()).contains(CANARIES.header());
    assertThat(reason("refused")).isEqualTo("Unauthorized");
    assertThat(reason("crashed")).isEqualTo("RunnerOutOfMemory");
    assertThat(status("quoted").toString()).contains("cannot do").contains("[…]");
    List<String> leaks = new ArrayList<>();
    Map<String, String> everything = everything();
    everything.put("metrics of a runner", scraped);
    everything.forEach((where, text) -> {
      if (!CANARIES.in(text).isEmpty()) {
        leaks.add(where + " holds " + CANARIES.in(text));
      }
    });
    leaks.addAll(ofTheAuditLog());
    assertThat(leaks).isEmpty();
  }

  /** What Prometheus would scrape from the runner of a test that is under way. */
  private static String metricsOf(String test) {
    String path = "/api/v1/namespaces/" + namespace.name() + "/pods/%s:8080/proxy/metrics";
    return await("a runner is scraped")
        .atMost(READY)
        .ignoreExceptions()
        .until(
            () -> {
              String run =
                  runs.all().stream()
                      .filter(is -> test.equals(is.getSpec().loadTest()))
                      .findFirst()
                      .orElseThrow()
                      .getMetadata()
                      .getName();
              String pod = runs.pods(run).getFirst().getMetadata().getName();
              return client.raw(path.formatted(pod));
            },
            text -> text != null && text.contains("loadline_"));
  }

  private static String received(String target) {
    return client.raw(
        "/api/v1/namespaces/" + namespace.name() + "/services/" + target + ":8000/proxy/received");
  }

  private static LoadTestRunStatus status(String test) {
    return runs.all().stream()
        .filter(run -> test.equals(run.getSpec().loadTest()))
        .findFirst()
        .map(LoadTestRun::getStatus)
        .orElseThrow();
  }

  private static String reason(String test) {
    return status(test).failure().reason();
  }

  /** Every text that somebody who may not read Secrets can get at, by what it is. */
  private static Map<String, String> everything() {
    Map<String, String> texts = new java.util.TreeMap<>();
    texts.put("metrics of the operator", chart.metrics());
    texts.put("log of the operator", chart.log());
    String here = namespace.name();
    texts.put("tests", yaml(client.resources(LoadTest.class).inNamespace(here).list()));
    texts.put("runs", yaml(client.resources(LoadTestRun.class).inNamespace(here).list()));
    texts.put("Jobs", yaml(client.resources(Job.class).inNamespace(here).list()));
    texts.put("events", yaml(client.resources(Event.class).inNamespace(here).list()));
    for (ConfigMap map : client.configMaps().inAnyNamespace().list().getItems()) {
      // The dataset is where the prompts come from.
      if (!map.getMetadata().getName().equals("prompts")) {
        texts.put("ConfigMap " + map.getMetadata().getName(), yaml(map));
      }
    }
    List<Pod> pods = client.pods().inNamespace(here).list().getItems();
    assertThat(pods).hasSizeGreaterThan(6);
    for (Pod pod : pods) {
      String name = pod.getMetadata().getName();
      texts.put("pod " + name, yaml(pod));
      texts.put("log of " + name, client.pods().resource(pod).getLog());
    }
    return texts;
  }

  private static String yaml(Object object) {
    return Serialization.asYaml(object);
  }

  private static List<String> ofTheAuditLog() throws IOException {
    List<String> leaks = new ArrayList<>();
    Optional<Path> log = AuditLog.file();
    if (log.isPresent()) {
      try (BufferedReader lines = Files.newBufferedReader(log.get(), StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.contains(namespace.name()) && !CANARIES.in(line).isEmpty()) {
            leaks.add("the audit log: " + line);
          }
        }
      }
    }
    return leaks;
  }
}
