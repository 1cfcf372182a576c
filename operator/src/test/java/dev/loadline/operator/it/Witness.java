package dev.loadline.operator.it;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Sees every version of runs, Jobs and runner pods. Their order is that of the API server's writes:
 * resource versions of objects in one store count its revisions.
 */
final class Witness implements AutoCloseable {
  private final List<Seen> seen = new ArrayList<>();
  private final List<SharedIndexInformer<?>> informers = new ArrayList<>();

  /**
   * A version of an object.
   *
   * @param revision of the store
   * @param at when the test heard of it
   * @param gone the object was deleted with it
   */
  record Seen(long revision, Instant at, HasMetadata object, boolean gone) {
    boolean isOf(String uid) {
      return object.getMetadata().getUid().equals(uid);
    }

    boolean isOwnedBy(Set<String> uids) {
      return object.getMetadata().getOwnerReferences().stream()
          .anyMatch(owner -> uids.contains(owner.getUid()));
    }

    boolean deleting() {
      return gone || object.getMetadata().getDeletionTimestamp() != null;
    }

    /** Nothing of the pod runs any more. */
    boolean over() {
      if (gone) {
        return true;
      }
      Pod pod = (Pod) object;
      List<ContainerStatus> containers = pod.getStatus().getContainerStatuses();
      return Set.of("Succeeded", "Failed").contains(pod.getStatus().getPhase())
          || (!containers.isEmpty()
              && containers.stream().allMatch(is -> is.getState().getTerminated() != null));
    }

    /** The pod sends load. */
    boolean ready() {
      return !gone
          && ((Pod) object)
              .getStatus().getConditions().stream()
                  .anyMatch(is -> is.getType().equals("Ready") && is.getStatus().equals("True"));
    }
  }

  /** Begins to watch; the CRDs have to be there. */
  Witness(KubernetesClient client) {
    informers.add(
        client.resources(LoadTestRun.class).inAnyNamespace().inform(new Recorder<LoadTestRun>()));
    informers.add(
        client
            .batch()
            .v1()
            .jobs()
            .inAnyNamespace()
            .withLabel(Api.RUN_LABEL)
            .inform(new Recorder<Job>()));
    informers.add(
        client.pods().inAnyNamespace().withLabel(Api.RUN_LABEL).inform(new Recorder<Pod>()));
  }

  private final class Recorder<T extends HasMetadata> implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      record(object, false);
    }

    @Override
    public void onUpdate(T before, T object) {
      record(object, false);
    }

    @Override
    public void onDelete(T object, boolean unknown) {
      record(object, true);
    }
  }

  private void record(HasMetadata object, boolean gone) {
    long revision = Long.parseLong(object.getMetadata().getResourceVersion());
    synchronized (seen) {
      seen.add(new Seen(revision, Instant.now(), object, gone));
    }
  }

  /** All versions of the run. */
  List<Seen> run(String uid) {
    return all(LoadTestRun.class).filter(is -> is.isOf(uid)).toList();
  }

  /** All versions of its Jobs. */
  List<Seen> jobs(String run) {
    return all(Job.class).filter(is -> is.isOwnedBy(Set.of(run))).toList();
  }

  /** All versions of its pods. */
  List<Seen> pods(String run) {
    Set<String> jobs =
        jobs(run).stream()
            .map(is -> is.object().getMetadata().getUid())
            .collect(Collectors.toSet());
    return all(Pod.class).filter(is -> is.isOwnedBy(jobs)).toList();
  }

  /** UIDs of all runs of this name. */
  List<String> uids(String namespace, String run) {
    return runs().entrySet().stream()
        .filter(is -> is.getValue().equals(namespace + "/" + run))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Namespace and name of all runs, by their UIDs. */
  Map<String, String> runs() {
    Map<String, String> runs = new LinkedHashMap<>();
    all(LoadTestRun.class)
        .map(is -> is.object().getMetadata())
        .forEach(is -> runs.put(is.getUid(), is.getNamespace() + "/" + is.getName()));
    return runs;
  }

  /** When this was first seen of the run. */
  Optional<Seen> first(String run, Predicate<LoadTestRun> what) {
    return run(run).stream()
        .filter(is -> !is.gone() && what.test((LoadTestRun) is.object()))
        .findFirst();
  }

  private Stream<Seen> all(Class<?> kind) {
    List<Seen> all;
    synchronized (seen) {
      all = List.copyOf(seen);
    }
    return all.stream()
        .filter(is -> kind.isInstance(is.object()))
        .sorted(Comparator.comparingLong(Seen::revision));
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
  }
}
