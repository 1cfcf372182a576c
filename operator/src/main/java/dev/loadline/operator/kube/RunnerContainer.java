package dev.loadline.operator.kube;

import dev.loadline.operator.api.RunnerSpec;
import dev.loadline.operator.api.RunnerSpec.ResourcesSpec;
import dev.loadline.operator.api.TargetSpec.KeyRefSpec;
import dev.loadline.operator.plan.Target;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.runner.contract.Environment;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The only container of a runner pod. */
record RunnerContainer(
    RunnerDefaults defaults, TestPlan plan, Optional<RunnerSpec> spec, String planText) {
  static final String NAME = "runner";
  private static final int METRICS_PORT = 8080;
  // Sorted: the same run gives the same Job to the letter.
  private static final Map<String, Quantity> RESOURCES =
      Collections.unmodifiableSortedMap(
          new TreeMap<>(Map.of("cpu", new Quantity("1"), "memory", new Quantity("1Gi"))));

  Container build() {
    return new ContainerBuilder()
        .withName(NAME)
        .withImage(spec.map(RunnerSpec::image).orElse(defaults.image()))
        .withImagePullPolicy(imagePullPolicy())
        .withArgs("run")
        .withEnv(environment())
        .withVolumeMounts(
            plan.workload().file().map(ignored -> DataVolume.mount()).stream().toList())
        .withResources(resources())
        .addNewPort()
        .withName("metrics")
        .withContainerPort(METRICS_PORT)
        .endPort()
        .withNewReadinessProbe()
        .withNewHttpGet()
        .withPath("/readyz")
        .withPort(new IntOrString("metrics"))
        .endHttpGet()
        .withPeriodSeconds(1)
        .withFailureThreshold(3)
        .endReadinessProbe()
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .build();
  }

  /** The operator's is meant for its image; for another one Kubernetes knows its own default. */
  private @Nullable String imagePullPolicy() {
    boolean ownImage = spec.map(RunnerSpec::image).isPresent();
    return spec.map(RunnerSpec::imagePullPolicy)
        .orElse(ownImage ? null : defaults.imagePullPolicy());
  }

  private List<EnvVar> environment() {
    List<EnvVar> environment = new ArrayList<>();
    spec.map(RunnerSpec::env)
        .ifPresent(own -> own.forEach(variable -> environment.add(variable(variable))));
    environment.add(new EnvVar(Environment.PLAN, escaped(planText), null));
    plan.workload()
        .source()
        .ifPresent(source -> environment.add(new EnvVar(Environment.DATA_SOURCE, source, null)));
    plan.target()
        .clientCertificateSecret()
        .ifPresent(secret -> {
          environment.add(fromSecret(Environment.CLIENT_CERTIFICATE, secret, "tls.crt"));
          environment.add(fromSecret(Environment.CLIENT_KEY, secret, "tls.key"));
        });
    plan.target().apiKey().ifPresent(key -> environment.add(fromSecret(Environment.API_KEY, key)));
    for (int i = 0; i < plan.target().headers().size(); i++) {
      String name = Environment.HEADER_PREFIX + i;
      environment.add(
          switch (plan.target().headers().get(i).value()) {
            case Target.Value.Literal literal -> new EnvVar(name, escaped(literal.text()), null);
            case Target.Value.FromSecret secret -> fromSecret(name, secret.reference());
          });
    }
    return environment;
  }

  /** Kubernetes expands {@code $(NAME)} in values; the user meant the text. */
  private static String escaped(String text) {
    return text.replace("$(", "$$(");
  }

  private static EnvVar fromSecret(String name, Target.KeyReference reference) {
    return fromSecret(name, reference.secret(), reference.key());
  }

  private static EnvVar fromSecret(String name, String secret, String key) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewSecretKeyRef(key, secret, false)
        .endValueFrom()
        .build();
  }

  private static EnvVar variable(RunnerSpec.EnvSpec own) {
    EnvVarBuilder builder = new EnvVarBuilder().withName(own.name()).withValue(own.value());
    if (own.valueFrom() == null) {
      return builder.build();
    }
    KeyRefSpec secret = own.valueFrom().secretKeyRef();
    KeyRefSpec config = own.valueFrom().configMapKeyRef();
    return secret != null
        ? builder
            .withNewValueFrom()
            .withNewSecretKeyRef(secret.key(), secret.name(), false)
            .endValueFrom()
            .build()
        : builder
            .withNewValueFrom()
            .withNewConfigMapKeyRef(config.key(), config.name(), false)
            .endValueFrom()
            .build();
  }

  /** A user's resources count as they are; a missing half is the other half. */
  private ResourceRequirements resources() {
    Optional<ResourcesSpec> own = spec.map(RunnerSpec::resources);
    Optional<Map<String, Quantity>> requests = own.map(ResourcesSpec::requests);
    Optional<Map<String, Quantity>> limits = own.map(ResourcesSpec::limits);
    return new ResourceRequirementsBuilder()
        .withRequests(requests.or(() -> limits).orElse(RESOURCES))
        .withLimits(limits.or(() -> requests).orElse(RESOURCES))
        .build();
  }
}
