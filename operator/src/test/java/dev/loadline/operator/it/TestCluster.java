package dev.loadline.operator.it;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The cluster of the tests: the one that {@code LOADLINE_IT_KUBECONFIG} names, else K3s in Docker,
 * else none, and then the tests that need one are skipped. A bare {@code KUBECONFIG} is never used:
 * nobody's own cluster is touched by accident.
 */
final class TestCluster {
  private static final String KUBECONFIG = "LOADLINE_IT_KUBECONFIG";
  private static final String LOAD_IMAGE = "LOADLINE_IT_LOAD_IMAGE";
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final DockerImageName K3S = DockerImageName.parse("rancher/k3s:v1.35.4-k3s1");
  private static final long LOAD_SECONDS = 120;

  private static Optional<TestCluster> running = Optional.empty();

  private final Path kubeconfig;
  private final KubernetesClient client;
  private final List<ImageLoader> loader;

  private TestCluster(Path kubeconfig, List<ImageLoader> loader) {
    this.kubeconfig = kubeconfig;
    this.loader = loader;
    this.client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
            .build();
    for (String name : List.of("operator", "runner")) {
      Path tar = REPOSITORY.resolve("target/loadline-" + name + ".tar");
      if (!Files.exists(tar)) {
        throw new IllegalStateException(tar + " is missing: ./loadline images builds it");
      }
      load(tar);
    }
  }

  /** Puts one more image into the nodes; by hand where nothing says how. */
  void load(Path tar) {
    loader.forEach(load -> load.load(tar));
  }

  /** Puts an image tar into the nodes of a cluster. */
  private interface ImageLoader {
    void load(Path tar);
  }

  /** The cluster with both images loaded, started by the first call; skips the test without one. */
  static synchronized TestCluster require() {
    if (running.isEmpty()) {
      running = Optional.of(find());
    }
    return running.get();
  }

  private static TestCluster find() {
    String named = System.getenv(KUBECONFIG);
    if (named != null && !named.isEmpty()) {
      String command = System.getenv(LOAD_IMAGE);
      return new TestCluster(
          REPOSITORY.resolve(named),
          command == null ? List.of() : List.of(tar -> run(command, tar)));
    }
    Assumptions.assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(),
        "no cluster: name one with " + KUBECONFIG + ", or have Docker");
    return k3s();
  }

  @SuppressWarnings("resource") // stopped by the hook
  private static TestCluster k3s() {
    K3sContainer container = new K3sContainer(K3S);
    container.start();
    Runtime.getRuntime().addShutdownHook(new Thread(container::stop));
    try {
      Path kubeconfig = Files.createTempFile("loadline-k3s", ".yaml");
      kubeconfig.toFile().deleteOnExit();
      Files.writeString(kubeconfig, container.getKubeConfigYaml());
      return new TestCluster(kubeconfig, List.of(tar -> importInto(container, tar)));
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private static void importInto(K3sContainer container, Path tar) {
    String inside = "/tmp/" + tar.getFileName();
    container.copyFileToContainer(MountableFile.forHostPath(tar), inside);
    try {
      Container.ExecResult result = container.execInContainer("ctr", "images", "import", inside);
      if (result.getExitCode() != 0) {
        throw new IllegalStateException("ctr images import: " + result.getStderr());
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while an image was imported", interrupted);
    }
  }

  private static void run(String command, Path tar) {
    try {
      Process process =
          new ProcessBuilder("bash", "-c", command + " \"$1\"", "load", tar.toString())
              .directory(REPOSITORY.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(LOAD_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(LOAD_IMAGE + " failed: " + command + " " + tar);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while an image was loaded", interrupted);
    }
  }

  /** A client with the rights of the cluster's administrator. */
  KubernetesClient client() {
    return client;
  }

  Path kubeconfig() {
    return kubeconfig;
  }
}
