package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class LeanObjectsTest {

  @Test
  void leavesOutWhoManagesTheFieldsAndNothingElse() {
    String json =
        """
        {"apiVersion": "v1", "kind": "ConfigMap", "data": {"prompts": "one"},
         "metadata": {"name": "chat-1", "uid": "u", "labels": {"a": "b"},
          "managedFields": [{"manager": "loadline", "fieldsV1": {"f:data": {"f:prompts": {}}}}]}}
        """;
    ConfigMap usual = new KubernetesSerialization().unmarshal(json, ConfigMap.class);
    assertThat(usual.getMetadata().getManagedFields()).hasSize(1);
    ConfigMap lean = LeanObjects.serialization().unmarshal(json, ConfigMap.class);
    assertThat(lean.getMetadata().getManagedFields()).isNullOrEmpty();
    usual.getMetadata().setManagedFields(lean.getMetadata().getManagedFields());
    assertThat(lean).isEqualTo(usual);
  }

  @Test
  void readsAPodWithoutTheEnvironmentOfItsContainers() {
    String json =
        """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "chat-1"},
         "spec": {"containers": [{"name": "runner", "image": "i",
          "env": [{"name": "LOADLINE_PLAN", "value": "a long one"}]}]}}
        """;
    Pod lean = LeanObjects.serialization().unmarshal(json, Pod.class);
    assertThat(lean.getSpec().getContainers().getFirst().getImage()).isEqualTo("i");
    assertThat(lean.getSpec().getContainers().getFirst().getEnv()).isEmpty();
  }

  @Test
  void readsTheEmptyObjectsOfBookmarks() {
    String pod =
        """
        {"kind": "Pod", "apiVersion": "v1", "spec": {"containers": null}, "status": {},
         "metadata": {"resourceVersion": "12746", "annotations": {}}}
        """;
    String job =
        """
        {"kind": "Job", "apiVersion": "batch/v1", "status": {}, "metadata": {"resourceVersion": "1"},
         "spec": {"template": {"metadata": {}, "spec": {"containers": null}}}}
        """;
    KubernetesSerialization lean = LeanObjects.serialization();
    assertThat(lean.unmarshal(pod, Pod.class).getMetadata().getResourceVersion())
        .isEqualTo("12746");
    assertThat(lean.unmarshal(job, Job.class).getMetadata().getResourceVersion()).isEqualTo("1");
  }

  @Test
  void keepsATextThatManyObjectsHaveInCommonOnce() {
    String json =
        """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", "labels": {"a": "common"}},
         "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}
        """;
    KubernetesSerialization lean = LeanObjects.serialization();
    Pod one = lean.unmarshal(json.formatted("one"), Pod.class);
    Pod other = lean.unmarshal(json.formatted("other"), Pod.class);
    assertThat(other.getMetadata().getName()).isEqualTo("other");
    assertThat(other.getStatus().getPhase()).isSameAs(one.getStatus().getPhase());
    assertThat(other.getStatus().getConditions().getFirst().getType())
        .isSameAs(one.getStatus().getConditions().getFirst().getType());
    assertThat(other.getMetadata().getLabels().get("a"))
        .isSameAs(one.getMetadata().getLabels().get("a"));
    String run =
        """
        {"apiVersion": "loadline.dev/v1alpha1", "kind": "LoadTestRun", "metadata": {"name": "%s"},
         "status": {"phase": "Running"}}
        """;
    assertThat(lean.unmarshal(run.formatted("other"), LoadTestRun.class).getStatus().phase())
        .isSameAs(lean.unmarshal(run.formatted("one"), LoadTestRun.class).getStatus().phase());
  }
}
