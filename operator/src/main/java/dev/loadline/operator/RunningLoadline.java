package dev.loadline.operator;

import dev.loadline.operator.kube.Controllers;
import dev.loadline.operator.kube.Leadership;
import dev.loadline.operator.kube.Tally;
import dev.loadline.operator.local.RunningOperator;
import dev.loadline.operator.metrics.ManagementServer;
import dev.loadline.operator.metrics.ResultExposition;
import dev.loadline.operator.metrics.RunCounters;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.OperatorException;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The operator, put together by hand, in order: metrics, controllers, management. */
final class RunningLoadline implements RunningOperator {
  private final Controllers controllers;
  private final ManagementServer management;
  private final Optional<Leadership> leadership;

  private RunningLoadline(
      ManagementServer.Body metrics,
      Controllers controllers,
      OperatorConfig config,
      Optional<Leadership> leadership) {
    this.controllers = controllers;
    this.leadership = leadership;
    this.management =
        new ManagementServer(
            config.management(),
            new ManagementServer.Answers(
                metrics,
                () -> leadership.flatMap(Leadership::stuck).or(controllers::stuck),
                () -> leadership.filter(Leadership::standsBy).isPresent() || controllers.ready()));
  }

  /**
   * Starts the only operator; returns when its caches are filled.
   *
   * @param client stays the caller's
   * @param lost called with the reason when it cannot work any more
   */
  static RunningLoadline start(
      KubernetesClient client, OperatorConfig config, Consumer<String> lost) {
    RunningLoadline running = assemble(client, config, Optional.empty(), lost);
    boolean started = false;
    try {
      running.controllers.start();
      started = true;
    } finally {
      if (!started) {
        running.close();
      }
    }
    return running;
  }

  /**
   * Starts one of several operators: it works from when it holds the lease.
   *
   * @param client writes through the fence of the leadership; stays the caller's
   * @param lost called with the reason when it cannot work any more
   */
  static RunningLoadline standBy(
      KubernetesClient client,
      OperatorConfig config,
      Leadership leadership,
      Consumer<String> lost) {
    RunningLoadline running = assemble(client, config, Optional.of(leadership), lost);
    leadership.start(
        new Leadership.Duties() {
          @Override
          public void begin() {
            Thread.ofPlatform().daemon().name("begin").start(() -> running.begin(lost));
          }

          @Override
          public void lost(String why) {
            lost.accept(why);
          }
        });
    return running;
  }

  private static RunningLoadline assemble(
      KubernetesClient client,
      OperatorConfig config,
      Optional<Leadership> leadership,
      Consumer<String> lost) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    Controllers controllers =
        new Controllers(
            client,
            new Controllers.Settings(config.namespaces(), config.runner(), config.caps(), lost),
            tally(new RunCounters(meters)),
            meters,
            InstantSource.system(),
            System::nanoTime);
    ResultExposition results =
        new ResultExposition(
            ifLeading(leadership, controllers::tests), ifLeading(leadership, controllers::runs));
    ManagementServer.Body metrics =
        out -> {
          meters.scrape(out);
          results.writeTo(out);
        };
    return new RunningLoadline(metrics, controllers, config, leadership);
  }

  /** Of several operators only the one that works answers with results. */
  private static <T> Supplier<List<T>> ifLeading(
      Optional<Leadership> leadership, Supplier<List<T>> objects) {
    return () -> leadership.map(Leadership::leads).orElse(true) ? objects.get() : List.of();
  }

  private void begin(Consumer<String> lost) {
    String why = "a defect: the log says more";
    boolean started = false;
    try {
      controllers.start();
      started = true;
    } catch (OperatorException | KubernetesClientException failed) {
      why = OperatorCommand.rootMessage(failed);
    } finally {
      if (!started) {
        lost.accept("the operator cannot begin to work: " + why);
      }
    }
  }

  private static Tally tally(RunCounters counters) {
    return new Tally() {
      @Override
      public void finished(String verdict) {
        counters.finished(verdict);
      }

      @Override
      public void missed(String reason, long count) {
        counters.missed(reason, count);
      }
    };
  }

  @Override
  public URI metrics() {
    return management.metrics();
  }

  /** The lease goes last: the next operator begins when this one has ended. */
  @Override
  public void close() {
    management.close();
    controllers.close();
    leadership.ifPresent(Leadership::close);
  }
}
