package dev.loadline.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.javaoperatorsdk.operator.OperatorException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** The operator in a cluster, or against the cluster that a kubeconfig names. */
@Command(
    name = "operator",
    description = "Runs the operator: in a pod, or against the cluster that KUBECONFIG names.",
    mixinStandardHelpOptions = true)
final class OperatorCommand implements Callable<Integer> {
  private static final int BAD_CONFIGURATION = 64;
  private static final int UNAVAILABLE = 69;
  private static final int LOST = 75;
  private static final int OWN_RETRIES = 2;
  private static final Duration STOP_DEADLINE = Duration.ofSeconds(10);

  private final Map<String, String> environment;
  private final PrintStream errors;

  OperatorCommand(Map<String, String> environment, PrintStream errors) {
    this.environment = environment;
    this.errors = errors;
  }

  @Override
  public Integer call() throws InterruptedException {
    return switch (OperatorConfig.parse(environment)) {
      case OperatorConfig.Parsed.Refused refused -> {
        refused.problems().forEach(problem -> errors.println("loadline: " + problem));
        yield BAD_CONFIGURATION;
      }
      case OperatorConfig.Parsed.Valid valid -> run(valid.config());
    };
  }

  private int run(OperatorConfig config) throws InterruptedException {
    Logging.operator(Optional.ofNullable(environment.get(OperatorConfig.LOG_FORMAT)));
    CountDownLatch lost = new CountDownLatch(1);
    KubernetesClient client = client();
    try {
      RunningLoadline running = RunningLoadline.start(client, config, lost::countDown);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, client), "stop"));
      LoggerFactory.getLogger(OperatorCommand.class)
          .atInfo()
          .addKeyValue("reason", OperatorConfig.VERSION)
          .log("the operator has started");
    } catch (UncheckedIOException taken) {
      errors.println(
          "loadline: the operator %s (%s)"
              .formatted(taken.getMessage(), OperatorConfig.MANAGEMENT_PORT));
      return UNAVAILABLE;
    } catch (OperatorException | KubernetesClientException failed) {
      errors.println(
          "loadline: the operator cannot start: "
              + rootMessage(failed)
              + " (API server "
              + client.getMasterUrl()
              + "; the kinds of crds/ must be installed)");
      return UNAVAILABLE;
    }
    lost.await();
    errors.println("loadline: a watch on the API server ended for good: the operator ends too");
    return LOST;
  }

  /** The framework tries again by itself: long silent repetitions in the client would hide that. */
  private static KubernetesClient client() {
    Config config =
        new ConfigBuilder(Config.autoConfigure(null))
            .withRequestRetryBackoffLimit(OWN_RETRIES)
            .build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new JdkHttpClientFactory())
        .build();
  }

  private static void stop(RunningLoadline running, KubernetesClient client) {
    Thread stopping =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              running.close();
              client.close();
            });
    try {
      if (!stopping.join(STOP_DEADLINE)) {
        Runtime.getRuntime().halt(LOST);
      }
    } catch (InterruptedException hurried) {
      Runtime.getRuntime().halt(LOST);
    }
  }

  private static String rootMessage(Throwable failed) {
    Throwable root = failed;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
