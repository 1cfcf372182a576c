package dev.loadline.operator.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A runner's pod as the cluster admitted it, and looked at from within. Its image has no shell. */
final class RunnerPod {
  private static final String JAVA = "/opt/java/bin/java";
  private static final String TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";
  private static final long ANSWER_SECONDS = 30;

  private final KubernetesClient client;
  private final Pod pod;

  RunnerPod(KubernetesClient client, Pod pod) {
    this.client = client;
    this.pod = pod;
  }

  void assertRestricted() {
    PodSpec spec = pod.getSpec();
    assertThat(spec.getContainers()).hasSize(1);
    assertThat(spec.getInitContainers()).isEmpty();
    Container container = spec.getContainers().getFirst();
    SecurityContext security = container.getSecurityContext();
    assertThat(spec.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(spec.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(security.getPrivileged()).isNotEqualTo(true);
    assertThat(spec.getHostNetwork()).isNotEqualTo(true);
    assertThat(spec.getHostPID()).isNotEqualTo(true);
    assertThat(spec.getEnableServiceLinks()).isFalse();
    assertThat(container.getEnv())
        .noneMatch(variable -> variable.getName().endsWith("_SERVICE_HOST"));
  }

  void assertNoToken() {
    PodSpec spec = pod.getSpec();
    assertThat(spec.getAutomountServiceAccountToken()).isFalse();
    assertThat(spec.getVolumes()).allMatch(volume -> volume.getProjected() == null);
    assertThat(spec.getContainers().getFirst().getVolumeMounts())
        .noneMatch(mount -> mount.getMountPath().startsWith("/var/run/secrets"));
    // The JVM takes options from a file: it says so if there is none.
    assertThat(java("@" + TOKEN, "-version")).contains("could not open").contains(TOKEN);
  }

  void assertReadOnly() {
    for (String place : new String[] {"/probe", "/opt/probe"}) {
      assertThat(java("-Xlog:gc:file=" + place, "-version")).contains("Read-only file system");
    }
  }

  /** What a second JVM in the container says. */
  private String java(String... arguments) {
    String[] command = new String[arguments.length + 2];
    command[0] = JAVA;
    command[1] = "-Xmx16m";
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (ExecWatch exec =
        client.pods().resource(pod).writingOutput(said).writingError(said).exec(command)) {
      exec.exitCode().get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (Exception failed) {
      throw new AssertionError(String.join(" ", command), failed);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
