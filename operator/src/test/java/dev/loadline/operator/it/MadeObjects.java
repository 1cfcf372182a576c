package dev.loadline.operator.it;

import dev.loadline.operator.api.Api;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Every Job and every pod of runs that was ever made in a namespace, also those that are gone. */
final class MadeObjects implements AutoCloseable {
  private final Map<String, Set<String>> jobs = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> pods = new ConcurrentHashMap<>();
  private final List<SharedIndexInformer<?>> informers;

  MadeObjects(KubernetesClient client, String namespace) {
    informers =
        List.of(
            follow(
                client.batch().v1().jobs().inNamespace(namespace).withLabel(Api.RUN_LABEL), jobs),
            follow(client.pods().inNamespace(namespace).withLabel(Api.RUN_LABEL), pods));
  }

  private static <T extends HasMetadata> SharedIndexInformer<T> follow(
      Informable<T> objects, Map<String, Set<String>> made) {
    return objects.inform(
        new ResourceEventHandler<T>() {
          @Override
          public void onAdd(T object) {
            note(object);
          }

          @Override
          public void onUpdate(T old, T object) {
            note(object);
          }

          @Override
          public void onDelete(T object, boolean unknown) {
            note(object);
          }

          private void note(T object) {
            made.computeIfAbsent(
                    object.getMetadata().getLabels().get(Api.RUN_LABEL),
                    run -> ConcurrentHashMap.newKeySet())
                .add(object.getMetadata().getUid());
          }
        });
  }

  /** How many Jobs the run has ever had. */
  int jobs(String run) {
    return jobs.getOrDefault(run, Set.of()).size();
  }

  /** How many pods the run has ever had. */
  int pods(String run) {
    return pods.getOrDefault(run, Set.of()).size();
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }
}
