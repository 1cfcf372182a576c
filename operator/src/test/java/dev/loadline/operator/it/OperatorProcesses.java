package dev.loadline.operator.it;

import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Operators on this machine with the rights of the chart's and nothing else, all of one lease. */
final class OperatorProcesses implements AutoCloseable {
  private final KubernetesClient client;
  private final InstalledChart chart;
  private final Map<String, String> settings;
  private final List<OperatorProcess> started = new ArrayList<>();

  /**
   * For one namespace.
   *
   * @param lease its name, in the chart's namespace
   */
  OperatorProcesses(KubernetesClient client, InstalledChart chart, String namespace, String lease) {
    this.client = client;
    this.chart = chart;
    this.settings =
        Map.of("LOADLINE_NAMESPACES", namespace, "LOADLINE_LEASE", chart.namespace() + "/" + lease);
  }

  /** Starts one that reaches the API server in this way; returns when it is ready. */
  OperatorProcess start(String name, String way) throws IOException {
    OperatorProcess process = new OperatorProcess(name, file(way), settings);
    started.add(process);
    return process;
  }

  /** Makes a way to the API server, with the token of the chart's ServiceAccount. */
  Config way(String name, String server) throws IOException {
    String token =
        client
            .serviceAccounts()
            .inNamespace(chart.namespace())
            .withName("loadline")
            .tokenRequest(
                new TokenRequestBuilder()
                    .withNewSpec()
                    .withExpirationSeconds(3600L)
                    .endSpec()
                    .build())
            .getStatus()
            .getToken();
    String authority = client.getConfiguration().getCaCertData();
    Files.writeString(
        file(name),
        """
        apiVersion: v1
        kind: Config
        clusters:
          - name: test
            cluster: {server: "%s"%s}
        users:
          - name: operator
            user: {token: "%s"}
        contexts:
          - name: test
            context: {cluster: test, user: operator, namespace: default}
        current-context: test
        """
            .formatted(
                server,
                server.startsWith("https") ? ", certificate-authority-data: " + authority : "",
                token));
    return Config.fromKubeconfig(file(name).toFile());
  }

  private static Path file(String way) {
    return Path.of("target", way + ".kubeconfig").toAbsolutePath();
  }

  @Override
  public void close() {
    started.forEach(OperatorProcess::close);
  }
}
