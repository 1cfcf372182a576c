package dev.loadline.operator.it;

import static dev.loadline.operator.it.FailureRows.dataset;
import static dev.loadline.operator.it.FailureRows.row;
import static dev.loadline.operator.it.TroubledCluster.FULL;
import static dev.loadline.operator.it.TroubledCluster.SMALL;

import dev.loadline.operator.it.FailureRow.End;
import java.util.stream.Stream;

/** Rows of the failure table whose load runner never comes to run. */
final class UnstartedRows {
  private static final String SOON = "{lifecycle: {startupDeadline: 40s}}";

  private UnstartedRows() {}

  static Stream<FailureRow> all() {
    return Stream.concat(neverCreated(), neverStarted());
  }

  private static FailureRow in(String namespace, FailureRow row) {
    return new FailureRow(
        row.name(), namespace, row.failure(), row.cause(), row.change(), row.act(), row.end());
  }

  private static Stream<FailureRow> neverCreated() {
    return Stream.of(
        in(
            FULL,
            row(
                "quota: no pod for 30 s (quota)",
                "ResourceQuota of 0 pods",
                SOON,
                End.none("PodsNotCreated", "exceeded quota: no-pods").waiting())),
        row(
            "account: no pod for 30 s (missing ServiceAccount)",
            "runner.serviceAccountName of none",
            "{runner: {serviceAccountName: absent}, lifecycle: {startupDeadline: 40s}}",
            End.none("PodsNotCreated", "serviceaccount \"absent\" not found").waiting()),
        row(
            "denied: Pod Security denial",
            "restricted namespace, an AppArmor annotation",
            "{runner: {annotations: {container.apparmor.security.beta.kubernetes.io/runner:"
                + " unconfined}}}",
            End.none("PodsNotCreated", "violates PodSecurity \"restricted:latest\"")),
        in(
            SMALL,
            row(
                "limited: LimitRange denial",
                "LimitRange of 64Mi",
                "{}",
                End.none("PodsNotCreated", "maximum memory usage per Container is 64Mi"))),
        row(
            "taken: Job of the run's name that is not ours",
            "a Job of that name was there",
            "{}",
            End.none("JobNameTaken", "a Job named taken-a1 exists and is not this run's").after(0)),
        row(
            "costly: limits above the chart's cap",
            "limits.requests 200,000; the chart's caps.requests 150,000",
            "{limits: {requests: 200000}}",
            End.none("CapExceeded", "spec.limits.requests: 200000 is above the cap of 150000")
                .after(0)));
  }

  private static Stream<FailureRow> neverStarted() {
    String absent = "{runner: {image: 'loadline/absent:1', imagePullPolicy: %s}}";
    return Stream.of(
        row(
            "nowhere: unschedulable",
            "nodeSelector of no node",
            "{runner: {nodeSelector: {no: such}}, lifecycle: {startupDeadline: 40s}}",
            End.none("Unschedulable", "didn't match Pod's node affinity/selector").waiting()),
        row(
            "image: image pull fails > 120 s",
            "image of no registry",
            absent.formatted("IfNotPresent"),
            End.none("ImagePullFailed", "loadline/absent:1").waiting()),
        row(
            "name: InvalidImageName",
            "image name in capitals",
            "{runner: {image: 'loadline/RUNNER:1'}}",
            End.none("ImagePullFailed", "InvalidImageName")),
        row(
            "never: image that may not be pulled",
            "imagePullPolicy Never, image absent",
            absent.formatted("Never"),
            End.none("ImagePullFailed", "ErrImageNeverPull")),
        row(
            "key: missing Secret > 60 s",
            "apiKeySecretRef of none",
            "{target: {auth: {apiKeySecretRef: {name: absent, key: token}}}}",
            End.none("ConfigError", "secret \"absent\" not found").waiting()),
        row(
            "variable: missing ConfigMap of a variable > 60 s",
            "env valueFrom a ConfigMap of none",
            "{runner: {env: [{name: A, valueFrom: {configMapKeyRef: {name: absent, key: a}}}]}}",
            End.none("ConfigError", "configmap \"absent\" not found").waiting()),
        row(
            "file: missing ConfigMap of a dataset > 60 s",
            "dataset in a ConfigMap of none",
            dataset("no-prompts"),
            End.none("ConfigError", "configmap \"no-prompts\" not found").waiting()),
        row(
            "claim: missing claim of a dataset > 60 s",
            "dataset in a claim of none",
            "{workload: {synthetic: null, dataset: {persistentVolumeClaim: {claimName: absent,"
                + " path: a}, format: JSONL}}}",
            End.none("ConfigError", "persistentvolumeclaim \"absent\" not found").waiting()));
  }
}
