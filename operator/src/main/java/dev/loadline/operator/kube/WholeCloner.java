package dev.loadline.operator.kube;

import dev.loadline.operator.api.Stored;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.Cloner;

/** Copies objects with what could not be read of them, which is no part of their JSON. */
record WholeCloner(KubernetesClient client) implements Cloner {
  @Override
  public <R extends HasMetadata> R clone(R object) {
    R copy = client.getKubernetesSerialization().clone(object);
    if (object instanceof Stored read && copy instanceof Stored made) {
      made.unreadable(read.unreadable());
    }
    return copy;
  }
}
