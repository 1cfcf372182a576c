package dev.loadline.operator;

import dev.loadline.operator.kube.Controllers;
import dev.loadline.operator.kube.Tally;
import dev.loadline.operator.local.RunningOperator;
import dev.loadline.operator.metrics.ManagementServer;
import dev.loadline.operator.metrics.ResultCollector;
import dev.loadline.operator.metrics.RunCounters;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.time.InstantSource;

/** The operator, put together by hand, in order: metrics, controllers, management. */
final class RunningLoadline implements RunningOperator {
  private final Controllers controllers;
  private final ManagementServer management;

  private RunningLoadline(Controllers controllers, ManagementServer management) {
    this.controllers = controllers;
    this.management = management;
  }

  /**
   * Starts it; returns when its caches are filled.
   *
   * @param client stays the caller's
   * @param lost called when a watch ends for good
   */
  static RunningLoadline start(KubernetesClient client, OperatorConfig config, Runnable lost) {
    PrometheusRegistry exposition = new PrometheusRegistry();
    PrometheusMeterRegistry meters =
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, exposition, Clock.SYSTEM);
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    Controllers controllers =
        new Controllers(
            client,
            new Controllers.Settings(config.namespaces(), config.runner(), lost),
            tally(new RunCounters(meters)),
            meters,
            InstantSource.system(),
            System::nanoTime);
    exposition.register(new ResultCollector(controllers::tests, controllers::runs));
    ManagementServer management =
        new ManagementServer(
            config.management(),
            new ManagementServer.Answers(meters::scrape, controllers::stuck, controllers::ready));
    RunningLoadline running = new RunningLoadline(controllers, management);
    boolean started = false;
    try {
      controllers.start();
      started = true;
    } finally {
      if (!started) {
        running.close();
      }
    }
    return running;
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

  @Override
  public void close() {
    management.close();
    controllers.close();
  }
}
