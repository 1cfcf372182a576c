package dev.loadline.operator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.loadline.operator.api.Golden;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChartRenderTest {
  private static final Path GOLDEN = Path.of("src/test/resources/chart");
  private static final Map<String, Object> ONE_NAMESPACE =
      Map.of("watch.mode", "Namespaces", "watch.namespaces[0]", "perf");
  private static final Map<String, Object> TWO_OPERATORS = Map.of("replicas", 2);

  static Stream<Map<String, Object>> switches() {
    return Stream.of(
        Map.of(),
        Map.of("crds.install", false),
        Map.of("rbac.create", false),
        Map.of("rbac.aggregateRoles", false),
        Map.of("serviceAccount.create", false, "serviceAccount.name", "existing"),
        Map.of("serviceAccount.annotations.team", "perf"),
        Map.of("watch.mode", "Release"),
        ONE_NAMESPACE,
        Map.of("replicas", 0),
        TWO_OPERATORS,
        Map.of("replicas", 3, "watch.mode", "Release", "rbac.create", false),
        Map.of("metrics.serviceMonitor.enabled", true, "metrics.serviceMonitor.labels.a", "b"),
        Map.of("dashboards.enabled", false),
        Map.of("dashboards.annotations.grafana_folder", "Loadline"),
        Map.of("imagePullSecrets[0].name", "key", "runner.imagePullSecrets[0].name", "key"),
        Map.of("tolerations[0].key", "a", "tolerations[0].operator", "Exists"),
        Map.of("nodeSelector.disk", "fast", "priorityClassName", "high"),
        Map.of("podLabels.team", "perf", "podAnnotations.note", "text"),
        Map.of("nameOverride", "other"),
        Map.of("fullnameOverride", "other"),
        Map.of("enabled", true, "global.team", "perf"));
  }

  @ParameterizedTest
  @MethodSource("switches")
  void rendersOnlyFieldsThatKubernetesKnows(Map<String, Object> values) {
    List<HasMetadata> manifests = Chart.render(values);

    assertThat(manifests).isNotEmpty();
    assertThat(manifests.stream().flatMap(manifest -> UnknownFields.of(manifest).stream()))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "All, 1, all.yaml",
    "Release, 1, release.yaml",
    "Namespaces, 1, namespaces.yaml",
    "All, 2, two-operators.yaml",
  })
  void rendersWhatWasReviewed(String mode, int replicas, String file) throws IOException {
    Map<String, Object> values = new java.util.TreeMap<>();
    values.put("replicas", replicas);
    values.put("watch.mode", mode);
    values.put("crds.install", false);
    values.put("dashboards.enabled", false);
    if (mode.equals("Namespaces")) {
      values.put("watch.namespaces[0]", "perf");
      values.put("watch.namespaces[1]", "staging");
    }

    Golden.check(GOLDEN.resolve(file), Chart.text(values));
  }

  @ParameterizedTest
  @ValueSource(strings = {"loadtests.loadline.dev.yaml", "loadtestruns.loadline.dev.yaml"})
  void carriesTheGeneratedCrds(String file) throws IOException {
    Golden.check(
        Chart.FOLDER.resolve("files/crds").resolve(file),
        Files.readString(Path.of("../crds").resolve(file)));
  }

  @Test
  void keepsItsCrdsWhenUninstalled() {
    List<CustomResourceDefinition> crds =
        Chart.all(CustomResourceDefinition.class, Chart.render(Map.of()));

    assertThat(crds)
        .hasSize(2)
        .allSatisfy(crd ->
            assertThat(crd.getMetadata().getAnnotations())
                .containsExactly(Map.entry("helm.sh/resource-policy", "keep")));
  }

  @Test
  void leavesCrdsToOthersWhenAsked() {
    assertThat(
            Chart.all(CustomResourceDefinition.class, Chart.render(Map.of("crds.install", false))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"All, 1", "Release, 1", "All, 2", "Release, 2"})
  void grantsNoSecretsNoWildcardsAndNoWayIntoPods(String mode, int replicas) {
    List<HasMetadata> manifests = Chart.render(Map.of("watch.mode", mode, "replicas", replicas));
    List<PolicyRule> rules =
        Stream.concat(
                Chart.all(ClusterRole.class, manifests).stream()
                    .flatMap(role -> role.getRules().stream()),
                Chart.all(Role.class, manifests).stream().flatMap(role -> role.getRules().stream()))
            .toList();

    assertThat(rules)
        .hasSizeGreaterThan(5)
        .allSatisfy(rule -> {
          assertThat(rule.getApiGroups())
              .isSubsetOf("loadline.dev", "batch", "discovery.k8s.io", "coordination.k8s.io", "");
          assertThat(rule.getResources())
              .isSubsetOf(
                  "loadtests",
                  "loadtests/status",
                  "loadtestruns",
                  "loadtestruns/status",
                  "jobs",
                  "leases",
                  "pods",
                  "endpointslices",
                  "events");
          assertThat(rule.getVerbs()).doesNotContain("*");
          if (rule.getResources().contains("pods")) {
            assertThat(rule.getVerbs()).containsExactlyInAnyOrder("list", "watch");
          }
        });
  }

  @Test
  void needsNoClusterRightsToWatchOneNamespace() {
    List<HasMetadata> manifests =
        Chart.render(Map.of("watch.mode", "Release", "rbac.aggregateRoles", false));

    assertThat(Chart.all(ClusterRole.class, manifests)).isEmpty();
    assertThat(Chart.one(Role.class, manifests).getMetadata().getNamespace())
        .isEqualTo(Chart.NAMESPACE);
  }

  /** Replicas say it all: whether there is a lease, how upgrades go, who may be evicted. */
  @Test
  void severalOperatorsShareALeaseAndAreUpgradedOneByOne() {
    List<HasMetadata> manifests = Chart.render(TWO_OPERATORS);
    Deployment deployment = Chart.one(Deployment.class, manifests);

    assertThat(deployment.getSpec().getReplicas()).isEqualTo(2);
    assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo("RollingUpdate");
    assertThat(Chart.one(PodDisruptionBudget.class, manifests).getSpec().getSelector())
        .isEqualTo(deployment.getSpec().getSelector());
    Role role = Chart.one(Role.class, manifests);
    assertThat(role.getMetadata().getNamespace()).isEqualTo(Chart.NAMESPACE);
    assertThat(role.getRules())
        .allSatisfy(rule -> assertThat(rule.getResources()).containsExactly("leases"))
        .flatMap(PolicyRule::getVerbs)
        .containsExactly("create", "get", "update");
    assertThat(role.getRules().getLast().getResourceNames()).containsExactly("loadline");
    assertThat(spread(manifests).getTopologyKey()).isEqualTo("kubernetes.io/hostname");
    assertThat(spread(manifests).getLabelSelector()).isEqualTo(deployment.getSpec().getSelector());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void theOnlyOperatorHasNoLeaseAndIsGoneBeforeTheNextOneStarts(int replicas) {
    List<HasMetadata> manifests = Chart.render(Map.of("replicas", replicas));
    Deployment deployment = Chart.one(Deployment.class, manifests);

    assertThat(deployment.getSpec().getReplicas()).isEqualTo(replicas);
    assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo("Recreate");
    assertThat(deployment.getSpec().getTemplate().getSpec().getAffinity()).isNull();
    assertThat(Chart.all(PodDisruptionBudget.class, manifests)).isEmpty();
    assertThat(Chart.all(Role.class, manifests)).isEmpty();
    assertThat(Chart.text(Map.of("replicas", replicas, "crds.install", false)))
        .doesNotContain("LOADLINE_LEASE");
  }

  @Test
  void whatTheValuesSayAboutPodsStands() {
    String rules = "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].";
    String zone = "topology.kubernetes.io/zone";
    List<HasMetadata> manifests =
        Chart.render(
            Map.of(
                "replicas", 2, rules + "weight", 1, rules + "podAffinityTerm.topologyKey", zone));

    assertThat(spread(manifests).getTopologyKey()).isEqualTo(zone);
  }

  private static PodAffinityTerm spread(List<HasMetadata> manifests) {
    return Chart.one(Deployment.class, manifests)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getAffinity()
        .getPodAntiAffinity()
        .getPreferredDuringSchedulingIgnoredDuringExecution()
        .getFirst()
        .getPodAffinityTerm();
  }

  @Test
  void podKeepsToTheRestrictedProfile() {
    List<HasMetadata> manifests = Chart.render(Map.of());
    PodSpec pod = Chart.one(Deployment.class, manifests).getSpec().getTemplate().getSpec();
    Container container = pod.getContainers().getFirst();

    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(Chart.one(ServiceAccount.class, manifests).getAutomountServiceAccountToken())
        .isFalse();
  }

  /** Of a Service Kubernetes takes no name with a dot or of more than 63 characters. */
  @ParameterizedTest
  @CsvSource({
    "loadline, loadline-metrics",
    "a.b, a-b-loadline-metrics",
    "a123456789-123456789-123456789-123456789-123456789-12,"
        + " a123456789-123456789-123456789-123456789-123456789-12-l-metrics",
  })
  void namesFitWhateverTheReleaseIsCalled(String release, String service) {
    assertThat(Chart.one(Service.class, Chart.render(release)).getMetadata().getName())
        .isEqualTo(service)
        .hasSizeLessThanOrEqualTo(63);
  }

  @Test
  void refusesAReleaseThatNoServiceCanBeNamedAfter() {
    assertThatThrownBy(() -> Chart.render("1st"))
        .hasMessageContaining("the release \"1st\" begins with a digit")
        .hasMessageContaining("set fullnameOverride");
  }

  @Test
  void showsServiceMonitorOnlyWhenAsked() {
    assertThat(Chart.all(GenericKubernetesResource.class, Chart.render(Map.of()))).isEmpty();
    assertThat(
            Chart.one(
                    GenericKubernetesResource.class,
                    Chart.render(Map.of("metrics.serviceMonitor.enabled", true)))
                .getKind())
        .isEqualTo("ServiceMonitor");
  }

  @Test
  void labelsDashboardsForGrafana() throws IOException {
    ConfigMap dashboards = Chart.one(ConfigMap.class, Chart.render(Map.of()));

    assertThat(dashboards.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
    assertThat(dashboards.getData().get("loadline.json").strip())
        .isEqualTo(Files.readString(Chart.FOLDER.resolve("dashboards/loadline.json")).strip());
    assertThat(Chart.all(ConfigMap.class, Chart.render(Map.of("dashboards.enabled", false))))
        .isEmpty();
  }
}
