package dev.loadline.operator.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/** The pods that send the load. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RunnerSpec(
    @JsonPropertyDescription(
            "Image of the load runner; default: the one that the operator was installed with.")
        @Size(min = 1, max = 512)
        String image,
    @JsonPropertyDescription(
            "When the image is pulled; default: as the operator was installed; for an image that is"
                + " named here, Always if its tag is latest or missing, else IfNotPresent.")
        @Pattern("^(Always|IfNotPresent|Never)$")
        @Size(max = 16)
        String imagePullPolicy,
    @JsonPropertyDescription("Secrets to pull the image with.") @Size(max = 8)
        List<PullSecretSpec> imagePullSecrets,
    @JsonPropertyDescription(
            "Resources of the container; default: 1 CPU and 1Gi, requests equal to limits, so that"
                + " the measurement is not throttled by neighbours.")
        ResourcesSpec resources,
    @JsonPropertyDescription("Environment of the container.") @Size(max = 64) List<EnvSpec> env,
    @JsonPropertyDescription("Where the pod may run in relation to GPUs.") PlacementSpec placement,
    @JsonPropertyDescription("Labels that the node must have.") @Size(max = 16)
        Map<String, String> nodeSelector,
    @JsonPropertyDescription("Taints that are tolerated.") @Size(max = 16)
        List<TolerationSpec> tolerations,
    @JsonPropertyDescription("Affinity, merged with what placement adds.") Affinity affinity,
    @JsonPropertyDescription("Further labels of the pod.") @Size(max = 32)
        Map<String, String> labels,
    @JsonPropertyDescription("Further annotations of the pod.") @Size(max = 32)
        Map<String, String> annotations,
    @JsonPropertyDescription("PriorityClass of the pod.")
        @Pattern(Api.OBJECT_NAME)
        @Size(min = 1, max = 253)
        String priorityClassName,
    @JsonPropertyDescription(
            "ServiceAccount of the pod, for what a cluster ties to one (image pull secrets,"
                + " security policies); its token is never mounted. Default: the namespace's.")
        @Pattern(Api.OBJECT_NAME)
        @Size(min = 1, max = 253)
        String serviceAccountName) {

  /** A Secret with a registry's password. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PullSecretSpec(
      @Required
          @JsonPropertyDescription("Name of the Secret.")
          @Pattern(Api.OBJECT_NAME)
          @Size(min = 1, max = 253)
          String name) {}

  /** A taint that is tolerated, as Kubernetes describes it. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.key) || (has(self.operator) && self.operator == 'Exists')",
      message = "operator must be Exists where there is no key")
  @ValidationRule(
      value = "!has(self.value) || !has(self.operator) || self.operator != 'Exists'",
      message = "value does not go with operator Exists")
  @ValidationRule(
      value = "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
      message = "tolerationSeconds goes with effect NoExecute")
  public record TolerationSpec(
      @JsonPropertyDescription("Key of the taint; absent, with operator Exists: every taint.")
          @Pattern(Api.LABEL_KEY)
          @Size(min = 1, max = 317)
          String key,
      @JsonPropertyDescription("Equal (the default) or Exists: any value.")
          @Pattern("^(Equal|Exists)$")
          @Size(max = 16)
          String operator,
      @JsonPropertyDescription("Value of the taint.") @Pattern(Api.LABEL_VALUE) @Size(max = 63)
          String value,
      @JsonPropertyDescription("Effect of the taint; absent: all effects.")
          @Pattern("^(NoSchedule|PreferNoSchedule|NoExecute)$")
          @Size(max = 16)
          String effect,
      @JsonPropertyDescription("How long a taint with effect NoExecute is tolerated, in seconds.")
          Long tolerationSeconds) {}

  /** Compute resources. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ResourcesSpec(
      @JsonPropertyDescription("What the scheduler reserves; default: the limits.") @Size(max = 16)
          Map<String, Quantity> requests,
      @JsonPropertyDescription(
              "What the container may use; default: what it requests. Without cpu here it may use more CPU than it requests.")
          @Size(max = 16)
          Map<String, Quantity> limits) {}

  /** Relation to nodes with GPUs. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PlacementSpec(
      @JsonPropertyDescription(
              "Avoid: other nodes are preferred. Forbid: other nodes only. Allow: any node.")
          @Default("Avoid")
          @Pattern("^(Avoid|Forbid|Allow)$")
          @Size(max = 16)
          String gpuNodes) {}

  /** An environment variable. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "!(has(self.value) && has(self.valueFrom))",
      message = "at most one of value and valueFrom may be set")
  @ValidationRule(
      value = "!has(self.value) || !self.name.matches('(?i).*(KEY|TOKEN|SECRET|PASSWORD).*')",
      message = "a variable of this name holds a secret: use valueFrom.secretKeyRef")
  @ValidationRule(
      value = "!self.name.startsWith('LOADLINE_')",
      message = "names that begin with LOADLINE_ belong to the load runner")
  public record EnvSpec(
      @Required
          @JsonPropertyDescription("Name of the variable.")
          @Pattern(Api.VARIABLE)
          @Size(min = 1, max = 128)
          String name,
      @JsonPropertyDescription("Its value, if it is no secret.") @Size(max = 4096) String value,
      @JsonPropertyDescription("Where its value comes from.") EnvSourceSpec valueFrom) {}

  /** Source of an environment variable. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @ValidationRule(
      value = "has(self.secretKeyRef) != has(self.configMapKeyRef)",
      message = "exactly one of secretKeyRef and configMapKeyRef must be set")
  public record EnvSourceSpec(
      @JsonPropertyDescription("A key of a Secret.") TargetSpec.KeyRefSpec secretKeyRef,
      @JsonPropertyDescription("A key of a ConfigMap.") TargetSpec.KeyRefSpec configMapKeyRef) {}
}
