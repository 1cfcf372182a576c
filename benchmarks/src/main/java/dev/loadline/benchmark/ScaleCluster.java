package dev.loadline.benchmark;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The cluster that is measured on: a namespace, the CRDs, an identity for the operator (an
 * administrator's requests would pass the server's priority and fairness by) and nodes that run
 * nothing. All of it goes when the benchmark is over.
 */
final class ScaleCluster implements AutoCloseable {
  static final String NAMESPACE = "loadline-scale";
  static final String USER = "system:serviceaccount:" + NAMESPACE + ":operator";
  private static final String NODE_LABEL = "loadline-scale";
  private static final int PODS_OF_A_NODE = 250;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long TOKEN_SECONDS = 7_200;

  /** Wider than the chart's: not the rights are measured here. */
  private static final String IDENTITY =
      """
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: operator, namespace: loadline-scale}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: {name: loadline-scale}
      rules:
        - {apiGroups: [loadline.dev], resources: ["*"], verbs: ["*"]}
        - {apiGroups: [batch], resources: [jobs], verbs: ["*"]}
        - {apiGroups: [""], resources: [pods, events, services], verbs: ["*"]}
        - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: ["*"]}
        - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: ["*"]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: {name: loadline-scale}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: loadline-scale}
      subjects: [{kind: ServiceAccount, name: operator, namespace: loadline-scale}]
      """;

  private final Path scripts;
  private final KubernetesClient client;
  private final int nodes;
  private final boolean foreignCrds;

  /**
   * Sets it up.
   *
   * @param kubeconfig an administrator's
   * @param scripts the folder with {@code fake-node}
   * @param crds the folder of the CRDs
   * @param pods how many run at once
   */
  ScaleCluster(Path kubeconfig, Path scripts, Path crds, int pods)
      throws IOException, InterruptedException {
    this.scripts = scripts;
    this.client = client(Config.fromKubeconfig(kubeconfig.toFile()));
    this.nodes = (pods + PODS_OF_A_NODE - 1) / PODS_OF_A_NODE;
    this.foreignCrds =
        client.apiextensions().v1().customResourceDefinitions().list().getItems().stream()
            .anyMatch(crd -> crd.getSpec().getGroup().equals("loadline.dev"));
    removeNamespace();
    for (String kind : List.of("loadtests", "loadtestruns")) {
      try (InputStream crd = Files.newInputStream(crds.resolve(kind + ".loadline.dev.yaml"))) {
        client.load(crd).forceConflicts().serverSideApply();
      }
    }
    await("the CRDs are served", this::served);
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(NAMESPACE)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .create();
    load(IDENTITY).forEach(object -> client.resource(object).forceConflicts().serverSideApply());
    for (int i = 0; i < nodes; i++) {
      fakeNode("scale-" + i);
    }
  }

  private static KubernetesClient client(Config config) {
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private List<HasMetadata> load(String yaml) {
    return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
  }

  private boolean served() {
    try {
      client.resources(LoadTestRun.class).inNamespace("default").list();
      client.resources(LoadTest.class).inNamespace("default").list();
      return true;
    } catch (KubernetesClientException notYet) {
      return false;
    }
  }

  private void fakeNode(String name) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                scripts.resolve("fake-node").toString(),
                name,
                "--label",
                NODE_LABEL + "=yes",
                "--taint",
                NODE_LABEL + "=yes:NoSchedule")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("fake-node " + name + " failed");
    }
  }

  /** The administrator's. */
  KubernetesClient client() {
    return client;
  }

  /** A client with the operator's identity. */
  KubernetesClient operatorsClient() {
    return client(operatorsConfig());
  }

  /** A kubeconfig with the operator's identity. */
  Path operatorsKubeconfig(Path folder) throws IOException {
    Config config = operatorsConfig();
    Map<String, Object> kubeconfig =
        Map.of(
            "apiVersion",
            "v1",
            "kind",
            "Config",
            "current-context",
            "scale",
            "clusters",
            List.of(
                Map.of(
                    "name",
                    "scale",
                    "cluster",
                    Map.of(
                        "server", config.getMasterUrl(),
                        "certificate-authority-data", config.getCaCertData()))),
            "users",
            List.of(Map.of("name", "scale", "user", Map.of("token", config.getOauthToken()))),
            "contexts",
            List.of(
                Map.of("name", "scale", "context", Map.of("cluster", "scale", "user", "scale"))));
    return Files.writeString(
        folder.resolve("operator.kubeconfig"), Serialization.asYaml(kubeconfig));
  }

  private Config operatorsConfig() {
    Config admin = client.getConfiguration();
    String token =
        client
            .serviceAccounts()
            .inNamespace(NAMESPACE)
            .withName("operator")
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(TOKEN_SECONDS)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(admin.getMasterUrl())
        .withCaCertData(admin.getCaCertData())
        .withOauthToken(token)
        .build();
  }

  /** Waits for something that comes within minutes. */
  static void await(String what, BooleanSupplier done) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not within " + PATIENCE.toMinutes() + " min: " + what);
      }
      Thread.sleep(Duration.ofMillis(200));
    }
  }

  private void removeNamespace() throws InterruptedException {
    client.namespaces().withName(NAMESPACE).delete();
    await("the namespace is gone", () -> client.namespaces().withName(NAMESPACE).get() == null);
  }

  @Override
  public void close() {
    try {
      removeNamespace();
      load(IDENTITY).forEach(object -> client.resource(object).delete());
      for (int i = 0; i < nodes; i++) {
        client.nodes().withName("scale-" + i).delete();
      }
      if (!foreignCrds) {
        for (String kind : List.of("loadtests", "loadtestruns")) {
          client
              .apiextensions()
              .v1()
              .customResourceDefinitions()
              .withName(kind + ".loadline.dev")
              .delete();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      client.close();
    }
  }
}
