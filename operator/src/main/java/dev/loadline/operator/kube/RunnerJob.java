package dev.loadline.operator.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.api.RunnerSpec;
import dev.loadline.operator.plan.TargetIdentity;
import dev.loadline.operator.plan.TestPlan;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Job of one attempt of a run: an Indexed Job of one pod that is never repeated, with the
 * restricted profile, without an API token, the plan in an environment variable and secrets by
 * reference only.
 */
final class RunnerJob {
  private static final ObjectMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();
  private static final long STOP_SECONDS = 15;
  private static final long NODE_TOLERATION_SECONDS = 30;

  private final RunnerDefaults defaults;

  /** Makes Jobs with these defaults. */
  RunnerJob(RunnerDefaults defaults) {
    this.defaults = defaults;
  }

  /** Name of an attempt's Job. */
  static String name(String run, int attempt) {
    return run + "-a" + attempt;
  }

  /** The Job. */
  Job of(TestPlan plan, LoadTestRun run, int attempt) {
    Map<String, String> labels = labels(run, attempt);
    Duration deadline = plan.lifecycle().activeDeadline();
    return new JobBuilder()
        .withNewMetadata()
        .withName(name(run.getMetadata().getName(), attempt))
        .withNamespace(run.getMetadata().getNamespace())
        .withLabels(labels)
        .withAnnotations(target(run))
        .withOwnerReferences(Owners.reference(run))
        .endMetadata()
        .withNewSpec()
        .withCompletionMode("Indexed")
        .withCompletions(1)
        .withParallelism(1)
        .withBackoffLimitPerIndex(0)
        .withPodReplacementPolicy("Failed")
        .withActiveDeadlineSeconds(Math.max(1, deadline.toSeconds()))
        .withTemplate(template(plan, run, labels))
        .endSpec()
        .build();
  }

  private static Map<String, String> labels(LoadTestRun run, int attempt) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("app.kubernetes.io/name", "loadline-runner");
    labels.put("app.kubernetes.io/managed-by", "loadline");
    labels.put(Api.RUN_LABEL, run.getMetadata().getName());
    labels.put(Api.ATTEMPT_LABEL, Integer.toString(attempt));
    if (run.getSpec().loadTest() != null) {
      labels.put(Api.TEST_LABEL, run.getSpec().loadTest());
    }
    return labels;
  }

  private PodTemplateSpec template(TestPlan plan, LoadTestRun run, Map<String, String> labels) {
    Optional<RunnerSpec> spec = Optional.ofNullable(run.getSpec().test().runner());
    Map<String, String> allLabels = new LinkedHashMap<>();
    spec.map(RunnerSpec::labels).ifPresent(allLabels::putAll);
    allLabels.putAll(labels);
    Map<String, String> annotations = new LinkedHashMap<>();
    spec.map(RunnerSpec::annotations).ifPresent(annotations::putAll);
    annotations.put("cluster-autoscaler.kubernetes.io/safe-to-evict", "false");
    annotations.put("karpenter.sh/do-not-disrupt", "true");
    annotations.putAll(target(run));
    Placement placement = new Placement(defaults.gpuNodeLabels(), spec);
    return new PodTemplateSpecBuilder()
        .withNewMetadata()
        .withLabels(allLabels)
        .withAnnotations(annotations)
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .withServiceAccountName(spec.map(RunnerSpec::serviceAccountName).orElse(null))
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(STOP_SECONDS)
        .withImagePullSecrets(pullSecrets(spec))
        .withNodeSelector(spec.map(RunnerSpec::nodeSelector).orElse(Map.of()))
        .withTolerations(tolerations(spec))
        .withAffinity(placement.affinity().orElse(null))
        .withPriorityClassName(spec.map(RunnerSpec::priorityClassName).orElse(null))
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withVolumes(
            plan.workload().file().map(file -> new DataVolume(file).volume()).stream().toList())
        .withContainers(new RunnerContainer(defaults, plan, spec, planText(plan, run)).build())
        .endSpec()
        .build();
  }

  /** Who looks at a Job or a pod of which there is no run any more knows what it loads. */
  private static Map<String, String> target(LoadTestRun run) {
    return TargetIdentity.of(run.getSpec().test().target(), run.getMetadata().getNamespace())
        .map(target -> Map.of(Api.TARGET_ANNOTATION, target.toString()))
        .orElse(Map.of());
  }

  private List<LocalObjectReference> pullSecrets(Optional<RunnerSpec> spec) {
    return spec
        .map(RunnerSpec::imagePullSecrets)
        .map(own -> own.stream().map(RunnerSpec.PullSecretSpec::name).toList())
        .orElse(defaults.imagePullSecrets())
        .stream()
        .map(LocalObjectReference::new)
        .toList();
  }

  private static List<Toleration> tolerations(Optional<RunnerSpec> spec) {
    List<Toleration> tolerations = new ArrayList<>();
    for (String taint : List.of("not-ready", "unreachable")) {
      tolerations.add(
          new TolerationBuilder()
              .withKey("node.kubernetes.io/" + taint)
              .withOperator("Exists")
              .withEffect("NoExecute")
              .withTolerationSeconds(NODE_TOLERATION_SECONDS)
              .build());
    }
    spec.map(RunnerSpec::tolerations).orElse(List.of()).stream()
        .map(own ->
            new Toleration(
                own.effect(), own.key(), own.operator(), own.tolerationSeconds(), own.value()))
        .forEach(tolerations::add);
    return tolerations;
  }

  /** The nonce is the run's UID: no two runs share it, and every attempt of a run does. */
  private static String planText(TestPlan plan, LoadTestRun run) {
    try {
      return JSON.writeValueAsString(
          plan.runPlan(run.getMetadata().getName(), run.getMetadata().getUid()));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("the plan cannot be written as JSON", impossible);
    }
  }
}
