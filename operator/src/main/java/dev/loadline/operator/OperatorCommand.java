package dev.loadline.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.OperatorException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
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
    OldGeneration.keepSmall();
    BlockingQueue<String> lost = new LinkedBlockingQueue<>();
    Clients clients = Clients.of(Config.autoConfigure(null), config);
    try {
      RunningLoadline running = start(clients, config, lost::add);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(running, clients), "stop"));
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
              + clients.controllers().getMasterUrl()
              + "; the kinds of crds/ must be installed)");
      return UNAVAILABLE;
    }
    errors.println("loadline: " + lost.take() + ": the operator ends");
    return LOST;
  }

  private static RunningLoadline start(
      Clients clients, OperatorConfig config, Consumer<String> lost) {
    KubernetesClient client = clients.controllers();
    return clients
        .leadership()
        .map(leadership -> RunningLoadline.standBy(client, config, leadership, lost))
        .orElseGet(() -> RunningLoadline.start(client, config, lost));
  }

  private static void stop(RunningLoadline running, Clients clients) {
    Thread stopping =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              running.close();
              clients.close();
            });
    try {
      if (!stopping.join(STOP_DEADLINE)) {
        Runtime.getRuntime().halt(LOST);
      }
    } catch (InterruptedException hurried) {
      Runtime.getRuntime().halt(LOST);
    }
  }

  static String rootMessage(Throwable failed) {
    Throwable root = failed;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
