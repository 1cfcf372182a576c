package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.chart.Chart;
import dev.loadline.operator.chart.GrantedRights;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rights as the chart grants them: each is used, no other one is asked for, and what must never be
 * is refused. The name has it come last of the cluster's tests (they are run in alphabetical
 * order): the audit log then holds what the operators of all of them did.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UsedRightsIT {
  private static final Path TABLE = Path.of("target/rights.md");
  private static final Duration READY = Duration.ofMinutes(2);
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Duration EXPIRED = Duration.ofMinutes(3);
  private static final Set<Class<?>> OF_RIGHTS =
      Set.of(
          ServiceAccount.class,
          io.fabric8.kubernetes.api.model.rbac.Role.class,
          io.fabric8.kubernetes.api.model.rbac.RoleBinding.class,
          io.fabric8.kubernetes.api.model.rbac.ClusterRole.class,
          io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding.class);

  private static KubernetesClient client;
  private static InstalledChart chart;
  private static TestNamespace namespace;
  private static TestRuns runs;

  @BeforeAll
  static void installTwoOperators() throws IOException {
    TestCluster cluster = TestCluster.require();
    client = cluster.client();
    chart = new InstalledChart(cluster, Map.of("replicas", 2));
    namespace = new TestNamespace(client, "loadline-it-rights");
    namespace.apply(Files.readString(TestRuns.RESOURCES.resolve("targets.yaml")));
    runs = new TestRuns(client, namespace.name());
    await("the simulator is ready")
        .atMost(READY)
        .until(() -> client.pods().inNamespace(namespace.name()).withName("simulator").isReady());
    runs.create("measured", "{}");
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

  /** A run that waits for a node that is not there takes place without load. */
  private static String waitingTest(String name, String token) {
    return """
    apiVersion: loadline.dev/v1alpha1
    kind: LoadTest
    metadata: {name: %s}
    spec:
      runNow: {token: %s}
      concurrencyPolicy: Replace
      failedRunsHistoryLimit: 0
      target: {service: {name: nobody, port: 8000}}
      workload: {synthetic: {inputTokens: 16, outputTokens: 8}}
      load: {stages: [{name: only, users: 1, duration: 10s}]}
      runner: {nodeSelector: {no: such}}
    """
        .formatted(name, token);
  }

  @Order(1)
  @Test
  void replacedRunIsStoppedAndPruned() {
    namespace.apply(waitingTest("replaced", "first"));
    await("the first run has its Job")
        .atMost(SOON)
        .until(() -> runs.all().stream().anyMatch(run -> waits(run, "replaced-")));
    String first =
        runs.all().stream()
            .filter(run -> waits(run, "replaced-"))
            .findFirst()
            .orElseThrow()
            .getMetadata()
            .getName();

    namespace.apply(waitingTest("replaced", "second"));

    await("the first run is stopped and gone").atMost(SOON).until(() -> runs.find(first).isEmpty());
  }

  private static boolean waits(LoadTestRun run, String name) {
    return run.getMetadata().getName().startsWith(name)
        && !runs.jobs(run.getMetadata().getName()).isEmpty();
  }

  @Order(2)
  @Test
  void runNameThatIsTakenIsLookedAt() {
    runs.create("taken-a7937b64", "{runner: {nodeSelector: {no: such}}}");

    namespace.apply(waitingTest("taken", "first"));

    await("the test says so")
        .atMost(SOON)
        .until(() ->
            Optional.ofNullable(
                    client
                        .resources(LoadTest.class)
                        .inNamespace(namespace.name())
                        .withName("taken")
                        .get()
                        .getStatus())
                .filter(status -> status.conditions().toString().contains("taken-a7937b64 exists"))
                .isPresent());
  }

  @Order(3)
  @Test
  void runnerPodHoldsNothingOfTheApiAndWritesNothing() {
    runs.awaitPhase("measured", "Running", READY);

    RunnerPod pod = new RunnerPod(client, runs.pods("measured").getFirst());

    pod.assertRestricted();
    pod.assertNoToken();
    pod.assertReadOnly();
    assertThat(runs.awaitFinished("measured", READY).getStatus().phase()).isEqualTo("Completed");
  }

  @Order(4)
  @Test
  void viewerReadsAndEditorStarts() {
    for (String role : List.of("view", "edit")) {
      client
          .resource(
              new RoleBindingBuilder()
                  .withNewMetadata()
                  .withName(role)
                  .endMetadata()
                  .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                  .addNewSubject("rbac.authorization.k8s.io", "User", "loadline-it-" + role, null)
                  .build())
          .inNamespace(namespace.name())
          .create();
    }
    await("the cluster's roles have taken the chart's in")
        .atMost(SOON)
        .until(() -> may("edit", "create", "loadtestruns"));

    for (String resource : List.of("loadtests", "loadtestruns")) {
      for (String verb : List.of("get", "list", "watch")) {
        assertThat(may("view", verb, resource)).as("view: %s %s", verb, resource).isTrue();
        assertThat(may("edit", verb, resource)).as("edit: %s %s", verb, resource).isTrue();
      }
      for (String verb : List.of("create", "update", "patch", "delete", "deletecollection")) {
        assertThat(may("view", verb, resource)).as("view: %s %s", verb, resource).isFalse();
        assertThat(may("edit", verb, resource)).as("edit: %s %s", verb, resource).isTrue();
      }
      assertThat(may("edit", "patch", resource + "/status")).as(resource).isFalse();
    }
  }

  private static boolean may(String role, String verb, String resource) {
    String[] parts = resource.split("/", -1);
    return allowed("loadline-it-" + role, verb, "loadline.dev", parts);
  }

  private static boolean allowed(String user, String verb, String group, String... resource) {
    SubjectAccessReview review =
        client
            .resource(
                new SubjectAccessReviewBuilder()
                    .withNewSpec()
                    .withUser(user)
                    .withNewResourceAttributes()
                    .withNamespace(namespace.name())
                    .withVerb(verb)
                    .withGroup(group)
                    .withResource(resource[0])
                    .withSubresource(resource.length > 1 ? resource[1] : null)
                    .endResourceAttributes()
                    .endSpec()
                    .build())
            .create();
    return review.getStatus().getAllowed();
  }

  @Order(5)
  @ParameterizedTest
  @ValueSource(strings = {"All", "Namespaces", "Release"})
  void whatMustNeverBeIsRefused(String mode) throws Exception {
    Map<String, Object> values = new TreeMap<>(Map.of("watch.mode", mode, "replicas", 2));
    if (mode.equals("Namespaces")) {
      values.put("watch.namespaces[0]", namespace.name());
    }
    List<HasMetadata> rights =
        Chart.render(values).stream().filter(is -> OF_RIGHTS.contains(is.getClass())).toList();
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(Chart.NAMESPACE)
                .endMetadata()
                .build())
        .serverSideApply();
    try {
      rights.forEach(right -> client.resource(right).forceConflicts().serverSideApply());
      String account = Chart.one(ServiceAccount.class, rights).getMetadata().getName();
      String user = "system:serviceaccount:" + Chart.NAMESPACE + ":" + account;
      for (String verb : List.of("escalate", "bind", "*")) {
        assertThat(allowed(user, verb, "rbac.authorization.k8s.io", "roles")).as(verb).isFalse();
        assertThat(allowed(user, verb, "rbac.authorization.k8s.io", "clusterroles"))
            .as(verb)
            .isFalse();
      }
      assertThat(allowed(user, "impersonate", "", "users")).isFalse();
      assertThat(allowed(user, "*", "*", "*")).isFalse();
      try (BareClient operator = BareClient.of(client, Chart.NAMESPACE, account)) {
        assertThat(operator.ask("GET", watched(mode))).as("its own").isEqualTo(200);
        List<String> notRefused = new ArrayList<>();
        for (Forbidden request : Forbidden.all()) {
          for (String where : List.of(namespace.name(), Chart.NAMESPACE, "kube-system")) {
            int code = operator.ask(request.method(), request.path().replace("NS", where));
            if (code != 403) {
              notRefused.add(code + " " + request + " in " + where);
            }
          }
        }
        assertThat(notRefused).isEmpty();
      }
    } finally {
      rights.forEach(right -> client.resource(right).delete());
      client.namespaces().withName(Chart.NAMESPACE).delete();
      await("the namespace is gone")
          .atMost(SOON)
          .until(() -> client.namespaces().withName(Chart.NAMESPACE).get() == null);
    }
  }

  private static String watched(String mode) {
    return "/apis/loadline.dev/v1alpha1/namespaces/"
        + (mode.equals("Release") ? Chart.NAMESPACE : namespace.name())
        + "/loadtests";
  }

  @Order(4)
  @Test
  void runOfATestIsDeletedWhenItsTimeIsOver() {
    namespace.apply(
        waitingTest("expired", "first")
                .replace("failedRunsHistoryLimit: 0", "failedRunsHistoryLimit: 5")
                .replace("name: nobody", "name: nobody-else")
            + "  lifecycle: {startupDeadline: 30s, ttlAfterFinished: 60s}\n");
    await("its run has failed")
        .atMost(SOON)
        .until(() ->
            runs.all().stream()
                .anyMatch(run ->
                    run.getMetadata().getName().startsWith("expired-")
                        && TestRuns.isTrue(run, "Finished")));

    await("its run is gone")
        .atMost(EXPIRED)
        .until(() ->
            runs.all().stream()
                .noneMatch(run -> run.getMetadata().getName().startsWith("expired-")));
  }

  /** Over all tests that were run on this cluster before. */
  @Order(9)
  @Test
  void everyRightIsUsedAndNoOtherOneAskedFor() throws IOException {
    Optional<Path> log = AuditLog.file();
    Assumptions.assumeTrue(
        log.isPresent(), "no audit log: LOADLINE_IT_CLUSTER names no folder of scripts");

    RightsTable table =
        new RightsTable(
            GrantedRights.of(Map.of("replicas", 2)), AuditLog.read(log.orElseThrow()).uses());

    Files.writeString(TABLE, table.markdown());
    System.out.println(table.markdown());
    assertThat(table.unused()).as("granted and never used").isEmpty();
    assertThat(table.ungranted()).as("asked for and not granted").isEmpty();
  }
}
