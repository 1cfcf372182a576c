package dev.loadline.operator.it;

import static org.awaitility.Awaitility.await;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import dev.loadline.operator.chart.Chart;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The operator as the chart installs it, in a namespace of its own; removed with its CRDs. */
final class InstalledChart implements AutoCloseable {
  private static final String RELEASE = "loadline";
  private static final Duration READY = Duration.ofMinutes(2);

  private final TestCluster cluster;
  private final TestNamespace namespace;
  private final TestCrds crds;

  InstalledChart(TestCluster cluster, Map<String, Object> values) {
    this.cluster = cluster;
    this.namespace = new TestNamespace(cluster.client(), "loadline-it-system");
    uninstall();
    this.crds = new TestCrds(cluster.client());
    try {
      install(values);
    } catch (RuntimeException | Error failed) {
      close();
      throw failed;
    }
  }

  /** Installs the chart and waits until the operator is ready. */
  void install(Map<String, Object> values) {
    InstallCommand install =
        new Helm(Chart.FOLDER)
            .install()
            .withName(RELEASE)
            .withNamespace(namespace.name())
            .withKubeConfig(cluster.kubeconfig());
    values.forEach(install::set);
    install.call();
    awaitReady();
  }

  /** Upgrades the release to these values, which are all there are; does not wait. */
  void upgrade(Map<String, Object> values) {
    UpgradeCommand upgrade =
        new Helm(Chart.FOLDER)
            .upgrade()
            .withName(RELEASE)
            .withNamespace(namespace.name())
            .withKubeConfig(cluster.kubeconfig())
            .resetValues();
    values.forEach(upgrade::set);
    upgrade.call();
  }

  /** The operator's namespace. */
  String namespace() {
    return namespace.name();
  }

  /** Waits until all of the operator's pods are ready. */
  void awaitReady() {
    await("the operator's pod is ready")
        .atMost(READY)
        .until(() ->
            Boolean.TRUE.equals(
                cluster
                    .client()
                    .apps()
                    .deployments()
                    .inNamespace(namespace.name())
                    .withName(RELEASE)
                    .isReady()));
  }

  /** The operator's pod. */
  Pod pod() {
    return pods().getFirst();
  }

  /** All pods of the operator. */
  List<Pod> pods() {
    return cluster
        .client()
        .pods()
        .inNamespace(namespace.name())
        .withLabel("app.kubernetes.io/name", RELEASE)
        .list()
        .getItems();
  }

  /** What the operator has logged. */
  String log() {
    return cluster.client().pods().resource(pod()).getLog();
  }

  /** What Prometheus would scrape from the chart's Service. */
  String metrics() {
    return cluster
        .client()
        .raw(
            "/api/v1/namespaces/"
                + namespace.name()
                + "/services/"
                + RELEASE
                + "-metrics:metrics/proxy/metrics");
  }

  void uninstall() {
    Helm.uninstall(RELEASE)
        .withNamespace(namespace.name())
        .withKubeConfig(cluster.kubeconfig())
        .ignoreNotFound()
        .call();
  }

  /** The CRDs of the chart that the cluster has. */
  List<CustomResourceDefinition> crds() {
    return crds.all();
  }

  @Override
  public void close() {
    uninstall();
    crds.close();
    namespace.close();
  }
}
