package dev.loadline.operator.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * How objects of the API server are read: without the lists of who manages which field. They are
 * most of what a status applied by the server takes in a cache, and nothing here looks at them.
 */
public final class LeanObjects {
  private LeanObjects() {}

  /** For the client whose objects are kept in caches. */
  public static KubernetesSerialization serialization() {
    return new KubernetesSerialization(
        JsonMapper.builder()
            .withConfigOverride(
                ObjectMeta.class,
                metadata ->
                    metadata.setIgnorals(
                        JsonIgnoreProperties.Value.forIgnoredProperties("managedFields")))
            .build(),
        true);
  }
}
