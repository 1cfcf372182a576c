package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class LeanObjectsTest {

  @Test
  void leavesOutWhoManagesTheFieldsAndNothingElse() {
    String json =
        """
        {"apiVersion": "loadline.dev/v1alpha1", "kind": "LoadTestRun",
         "metadata": {"name": "chat-1", "uid": "u", "labels": {"a": "b"},
          "managedFields": [{"manager": "loadline", "fieldsV1": {"f:status": {"f:phase": {}}}}]},
         "status": {"phase": "Completed"}}
        """;
    LoadTestRun usual = new KubernetesSerialization().unmarshal(json, LoadTestRun.class);
    assertThat(usual.getMetadata().getManagedFields()).hasSize(1);
    LoadTestRun lean = LeanObjects.serialization().unmarshal(json, LoadTestRun.class);
    assertThat(lean.getMetadata().getManagedFields()).isNullOrEmpty();
    usual.getMetadata().setManagedFields(lean.getMetadata().getManagedFields());
    assertThat(lean).isEqualTo(usual);
  }
}
