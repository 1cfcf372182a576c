package dev.loadline.operator.plan;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.RunnerSpec;
import dev.loadline.operator.api.RunnerSpec.EnvSpec;
import dev.loadline.operator.api.RunnerSpec.TolerationSpec;
import dev.loadline.operator.api.TargetSpec.KeyRefSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks what goes into the pod as it is, by the rules of the API server: what it would refuse of
 * the Job is told when the test is applied. Affinity is left to it.
 */
final class RunnerParser {
  private static final String FIELD = "spec.runner.";
  private static final String EXISTS = "Exists";
  private static final String NO_EXECUTE = "NoExecute";
  private static final List<String> OPERATORS = List.of("Equal", EXISTS);
  private static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", NO_EXECUTE);

  /** Labels and annotations of runner pods by which they are found and kept. */
  private static final Set<String> RESERVED =
      Set.of(
          "app.kubernetes.io/name",
          "app.kubernetes.io/managed-by",
          "cluster-autoscaler.kubernetes.io/safe-to-evict",
          "karpenter.sh/do-not-disrupt",
          "controller-uid",
          "job-name");

  private static final List<String> RESERVED_DOMAINS =
      List.of(Api.GROUP + "/", "batch.kubernetes.io/");

  private final Problems problems;

  RunnerParser(Problems problems) {
    this.problems = problems;
  }

  void check(@Nullable RunnerSpec spec) {
    if (spec == null) {
      return;
    }
    Set<String> secrets = new HashSet<>();
    problems.each(
        spec.imagePullSecrets(),
        FIELD + "imagePullSecrets",
        (secret, field) -> named(secret.name(), Syntax.OBJECT_NAME, field + ".name", secrets));
    if (spec.resources() != null) {
      new ResourceParser(problems).check(spec.resources());
    }
    Set<String> variables = new HashSet<>();
    problems.each(
        spec.env(), FIELD + "env", (variable, field) -> variable(variable, field, variables));
    labels(spec.nodeSelector(), FIELD + "nodeSelector");
    problems.each(spec.tolerations(), FIELD + "tolerations", this::toleration);
    labels(spec.labels(), FIELD + "labels");
    reserved(spec.labels(), FIELD + "labels");
    reserved(spec.annotations(), FIELD + "annotations");
    if (spec.annotations() != null) {
      spec.annotations()
          .keySet()
          .forEach(key -> Syntax.LABEL_KEY.check(key, FIELD + "annotations", problems));
    }
    Syntax.OBJECT_NAME.check(spec.priorityClassName(), FIELD + "priorityClassName", problems);
    Syntax.OBJECT_NAME.check(spec.serviceAccountName(), FIELD + "serviceAccountName", problems);
  }

  private void named(@Nullable String name, Syntax syntax, String field, Set<String> names) {
    if (name == null) {
      problems.add(field, "is missing");
    } else if (!names.add(name)) {
      problems.add(field, Problems.quoted(name) + " is there twice");
    } else {
      syntax.check(name, field, problems);
    }
  }

  private void variable(EnvSpec variable, String field, Set<String> names) {
    named(variable.name(), Syntax.VARIABLE, field + ".name", names);
    if (variable.valueFrom() != null) {
      reference(variable.valueFrom().secretKeyRef(), field + ".valueFrom.secretKeyRef");
      reference(variable.valueFrom().configMapKeyRef(), field + ".valueFrom.configMapKeyRef");
    }
  }

  private void reference(@Nullable KeyRefSpec reference, String field) {
    if (reference != null) {
      named(reference.name(), Syntax.OBJECT_NAME, field + ".name", new HashSet<>());
      named(reference.key(), Syntax.DATA_KEY, field + ".key", new HashSet<>());
    }
  }

  private void labels(@Nullable Map<String, String> labels, String field) {
    if (labels == null) {
      return;
    }
    labels.forEach((key, value) -> {
      Syntax.LABEL_KEY.check(key, field, problems);
      if (value == null) {
        problems.add(field + "." + key, "is empty");
      } else {
        Syntax.LABEL_VALUE.check(value, field + "." + key, problems);
      }
    });
  }

  private void reserved(@Nullable Map<String, String> entries, String field) {
    if (entries != null) {
      entries.keySet().stream()
          .filter(
              key -> RESERVED.contains(key) || RESERVED_DOMAINS.stream().anyMatch(key::startsWith))
          .forEach(key ->
              problems.add(
                  field, Problems.quoted(key) + " is set by Loadline or by Kubernetes: remove it"));
    }
  }

  private void toleration(TolerationSpec spec, String field) {
    boolean exists = problems.oneOf(spec.operator(), OPERATORS, field + ".operator").equals(EXISTS);
    Optional<String> effect =
        Optional.ofNullable(spec.effect())
            .map(text -> problems.oneOf(text, EFFECTS, field + ".effect"));
    Syntax.LABEL_KEY.check(spec.key(), field + ".key", problems);
    if (spec.key() == null && !exists) {
      problems.add(field + ".operator", "must be Exists where there is no key");
    }
    if (exists && spec.value() != null) {
      problems.add(field + ".value", "does not go with operator Exists");
    } else {
      Syntax.LABEL_VALUE.check(spec.value(), field + ".value", problems);
    }
    if (spec.tolerationSeconds() != null && !effect.equals(Optional.of(NO_EXECUTE))) {
      problems.add(field + ".tolerationSeconds", "goes with effect NoExecute");
    }
  }
}
