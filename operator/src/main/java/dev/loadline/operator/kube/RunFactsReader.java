package dev.loadline.operator.kube;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.run.PodHealth;
import dev.loadline.operator.run.RunFacts;
import dev.loadline.operator.run.RunLifecycle;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gathers what is seen of a run's children: Job and pods from the caches. Three things are asked of
 * the server directly, because a cache cannot say them: whether a Job that the cache lacks really
 * is gone, whether pods of which nothing is seen where they should be are, and, while a Job has no
 * pod or a pod no file, the event that says why.
 */
final class RunFactsReader {
  private final Context<LoadTestRun> context;
  private final LoadTestRun run;
  private final WatchedPods watched;
  private final Instant wall;
  private final ObjectEvents events;

  RunFactsReader(RunPass pass, WatchedPods watched) {
    this.context = pass.context();
    this.run = pass.run();
    this.watched = watched;
    this.wall = pass.time().wall();
    this.events = new ObjectEvents(context.getClient());
  }

  /**
   * The Job of the next attempt, if it was made already: who made it may have died before it could
   * record it, and the runner has worked since. The cache may lag behind, so the server is asked
   * before anything is concluded from there being none.
   */
  Optional<Job> unrecorded(RunPass pass) {
    if (!pass.status().progress().betweenAttempts()) {
      return Optional.empty();
    }
    String name =
        RunnerJob.name(run.getMetadata().getName(), pass.status().attempts().number() + 1);
    Optional<Job> job = cached(name);
    if (job.isEmpty()) {
      boolean late = RunLifecycle.isTooLate(pass.lifecycle(), pass.status().progress(), pass.now());
      boolean ends = late || stops() || pass.refusal().isPresent();
      job = ends ? onServer(name) : job;
    }
    return job.filter(found -> Owners.owns(run, found));
  }

  private boolean stops() {
    return TestRunStarter.STOPPED.equals(run.getSpec().desiredState());
  }

  /**
   * Facts about the Job of the last attempt. Once the run's end is recorded, every Job of the run
   * has to go, also one that was made just before the operator died and is in no status. A run that
   * makes room before it was admitted is not stopped, it is missed.
   */
  RunFacts read(RunStatus status) {
    boolean missed = TestRunStarter.makesRoom(run) && status.progress().startTime().isEmpty();
    boolean stop = stops() && !missed;
    boolean concluded = status.progress().concluded();
    if (status.attempts().number() == 0 && !concluded) {
      return new RunFacts(stop, new RunFacts.JobFact.Absent(), List.of(), Optional.empty());
    }
    String name = RunnerJob.name(run.getMetadata().getName(), status.attempts().number());
    Optional<Job> job = concluded ? newest().or(() -> cached(name)) : cached(name);
    if (job.isEmpty() && status.progress().finishedAt().isEmpty()) {
      job = onServer(name);
    }
    Optional<Job> own = job.filter(found -> Owners.owns(run, found));
    Optional<String> uid =
        own.map(found -> found.getMetadata().getUid()).or(status.attempts()::jobUid);
    RunFacts.JobFact fact = job.map(this::fact).orElseGet(RunFacts.JobFact.Absent::new);
    List<RunFacts.Pod> pods = uid.map(this::pods).orElse(List.of());
    if (pods.isEmpty() && status.progress().finishedAt().isEmpty() && podExpected(fact)) {
      pods = uid.map(this::podsOnServer).orElse(List.of());
    }
    Optional<String> warning =
        own.isPresent() && pods.isEmpty() && !concluded && isOldEnough(own.get())
            ? ObjectEvents.message(events.of(own.get()), "FailedCreate")
            : Optional.empty();
    return new RunFacts(stop, fact, pods, warning);
  }

  /** A pod usually comes within the moment: to list events for each run would be many lists. */
  private boolean isOldEnough(Job job) {
    Instant created = Instant.parse(job.getMetadata().getCreationTimestamp());
    return !wall.isBefore(created.plus(RunLifecycle.DENIAL_EXPECTED));
  }

  /** The pods of this Job; of those that are gone, only the ones that came to an end. */
  private List<RunFacts.Pod> pods(String job) {
    Map<String, Pod> pods = new LinkedHashMap<>();
    watched.gone(job).stream()
        .filter(pod -> new PodReader(pod, wall).hasEnded())
        .forEach(pod -> pods.put(pod.getMetadata().getUid(), pod));
    watched.present(job).forEach(pod -> pods.put(pod.getMetadata().getUid(), pod));
    context
        .getSecondaryResourcesAsStream(Pod.class)
        .filter(pod -> ownedBy(pod, job))
        .forEach(pod -> pods.put(pod.getMetadata().getUid(), pod));
    return read(pods.values().stream());
  }

  /** Whether something would be concluded from there being no pod. */
  private boolean podExpected(RunFacts.JobFact fact) {
    return switch (fact) {
      case RunFacts.JobFact.Absent ignored -> true;
      case RunFacts.JobFact.Foreign ignored -> true;
      case RunFacts.JobFact.Present job ->
          job.failure().isPresent()
              || !wall.isBefore(job.created().plus(RunLifecycle.podExpected()));
    };
  }

  /** A cache may lag behind, and a runner that is not seen may send load. */
  private List<RunFacts.Pod> podsOnServer(String job) {
    return read(
        context
            .getClient()
            .pods()
            .inNamespace(run.getMetadata().getNamespace())
            .withLabel(Api.RUN_LABEL, run.getMetadata().getName())
            .list()
            .getItems()
            .stream()
            .filter(pod -> ownedBy(pod, job)));
  }

  private List<RunFacts.Pod> read(Stream<Pod> pods) {
    return pods.sorted(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()))
        .map(this::pod)
        .toList();
  }

  private RunFacts.Pod pod(Pod pod) {
    RunFacts.Pod read = new PodReader(pod, wall).read();
    return read.health() instanceof PodHealth.Starting
        ? MountTrouble.of(pod, events)
            .map(trouble -> new RunFacts.Pod(read.name(), trouble))
            .orElse(read)
        : read;
  }

  private Optional<Job> newest() {
    return context
        .getSecondaryResourcesAsStream(Job.class)
        .filter(job -> Owners.owns(run, job))
        .max(Comparator.comparing(job -> job.getMetadata().getCreationTimestamp()));
  }

  private Optional<Job> cached(String name) {
    return context
        .getSecondaryResourcesAsStream(Job.class)
        .filter(job -> job.getMetadata().getName().equals(name))
        .findFirst();
  }

  private Optional<Job> onServer(String name) {
    return Optional.ofNullable(
        context
            .getClient()
            .batch()
            .v1()
            .jobs()
            .inNamespace(run.getMetadata().getNamespace())
            .withName(name)
            .get());
  }

  private RunFacts.JobFact fact(Job job) {
    if (!Owners.owns(run, job)) {
      return new RunFacts.JobFact.Foreign(job.getMetadata().getName());
    }
    Optional<String> failure =
        job.getStatus() == null
            ? Optional.empty()
            : job.getStatus().getConditions().stream()
                .filter(is -> is.getType().equals("Failed") && is.getStatus().equals("True"))
                .map(JobCondition::getMessage)
                .map(message -> message == null ? "no message" : message)
                .findFirst();
    return new RunFacts.JobFact.Present(
        job.getMetadata().getName(),
        Instant.parse(job.getMetadata().getCreationTimestamp()),
        job.getMetadata().getDeletionTimestamp() != null,
        failure);
  }

  private static boolean ownedBy(Pod pod, String job) {
    return pod.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(job));
  }
}
