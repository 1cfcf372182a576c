package dev.loadline.operator.kube;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.run.Contender;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the caches tell of a target, found by an index: a look costs as much as there are runs that
 * want this very target. An index knows what the watch has told; each run is looked up once more,
 * since this program's own writes are known before.
 */
final class TargetCaches {
  private static final String INDEX = "target";
  private static final Set<String> ENDED = Set.of("Complete", "Failed");

  private final IndexerResourceCache<LoadTestRun> runs;
  private final IndexerResourceCache<Job> jobs;
  private final IndexerResourceCache<Pod> pods;

  /** Adds its indexes; to be made before the caches are filled. */
  TargetCaches(
      IndexerResourceCache<LoadTestRun> runs,
      IndexerResourceCache<Job> jobs,
      IndexerResourceCache<Pod> pods) {
    this.runs = runs;
    this.jobs = jobs;
    this.pods = pods;
    runs.addIndexer(INDEX, TargetCaches::keys);
    jobs.addIndexer(INDEX, TargetCaches::annotated);
    pods.addIndexer(INDEX, TargetCaches::annotated);
  }

  private static List<String> keys(LoadTestRun run) {
    return Contenders.state(run)
        .flatMap(state ->
            Contenders.target(run)
                .map(target -> key(state, Contenders.shares(run), target.toString())))
        .stream()
        .toList();
  }

  private static String key(Contenders.State state, boolean shares, String target) {
    return state + (shares ? " shared " : " alone ") + target;
  }

  private static List<String> annotated(HasMetadata child) {
    return target(child).stream().toList();
  }

  /** What a Job or a pod says that it loads. */
  static Optional<String> target(HasMetadata child) {
    return Optional.ofNullable(child.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(Api.TARGET_ANNOTATION));
  }

  /** Runs of this state that want this target, alone or shared. */
  Stream<LoadTestRun> runs(Contenders.State state, boolean shares, String target) {
    return runs.byIndex(INDEX, key(state, shares, target)).stream()
        .flatMap(run -> latest(run).stream())
        .filter(run -> Contenders.state(run).filter(is -> is == state).isPresent());
  }

  private Optional<LoadTestRun> latest(LoadTestRun run) {
    return find(ResourceID.fromResource(run), run.getMetadata().getUid());
  }

  private Optional<LoadTestRun> find(ResourceID id, String uid) {
    return runs.get(id).filter(run -> run.getMetadata().getUid().equals(uid));
  }

  /** Where this very run is now; empty if it has nothing to do with its target any more. */
  Optional<Contenders.State> state(Contender run) {
    return find(new ResourceID(run.name(), run.namespace()), run.uid()).flatMap(Contenders::state);
  }

  /**
   * A run that is gone or going, of which a pod may still load the target or may be made to; one of
   * the asking run's own name is waited for before its Job is made.
   */
  Optional<ResourceID> leftover(Contender asking, Instant now) {
    String target = asking.target().toString();
    return Stream.concat(
            pods.byIndex(INDEX, target).stream()
                .filter(pod -> !loads(runOf(pod)))
                .filter(pod -> !new PodReader(pod, now).hasEnded()),
            jobs.byIndex(INDEX, target).stream().filter(job -> startsPods(job) && isOrphan(job)))
        .map(TargetCaches::runOf)
        .filter(run -> !run.equals(new ResourceID(asking.name(), asking.namespace())))
        .findFirst();
  }

  private boolean loads(ResourceID run) {
    return runs.get(run)
        .flatMap(Contenders::state)
        .filter(is -> is == Contenders.State.LOADS)
        .isPresent();
  }

  private static ResourceID runOf(HasMetadata child) {
    return new ResourceID(
        child.getMetadata().getLabels().get(Api.RUN_LABEL), child.getMetadata().getNamespace());
  }

  private static boolean startsPods(Job job) {
    return job.getMetadata().getDeletionTimestamp() == null
        && (job.getStatus() == null
            || job.getStatus().getConditions().stream()
                .noneMatch(is -> ENDED.contains(is.getType()) && is.getStatus().equals("True")));
  }

  private boolean isOrphan(Job job) {
    return job.getMetadata().getOwnerReferences().stream()
        .map(OwnerReference::getUid)
        .noneMatch(uid -> find(runOf(job), uid).filter(TargetCaches::stays).isPresent());
  }

  private static boolean stays(LoadTestRun run) {
    return run.getMetadata().getDeletionTimestamp() == null;
  }
}
