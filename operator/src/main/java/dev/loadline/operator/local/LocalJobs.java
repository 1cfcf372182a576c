package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.local.apiserver.DeleteOptions;
import dev.loadline.operator.local.apiserver.Place;
import dev.loadline.operator.local.apiserver.Refusal;
import dev.loadline.operator.local.apiserver.ResourceType;
import dev.loadline.operator.local.apiserver.Resources;
import dev.loadline.operator.local.apiserver.WriteOptions;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in for the Job controller and the kubelet: for each Job one pod, for each pod the real
 * load runner as a process. It writes what those two write, and nothing else. Jobs of more than one
 * pod and containers that are not the load runner are beyond it.
 */
public final class LocalJobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalJobs.class);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final WriteOptions CONTROLLER = WriteOptions.by("kube-controller-manager");
  private static final WriteOptions KUBELET = WriteOptions.by("kubelet");
  private static final String METADATA = "metadata";

  private final Resources resources;
  private final InstantSource clock;
  private final ResourceType jobType;
  private final ResourceType podType;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final LocalPod.Node node;
  private final Map<String, LocalPod> pods = new HashMap<>();
  private final Thread thread;
  private volatile Optional<String> defect = Optional.empty();

  private LocalJobs(Resources resources, InstantSource clock, Settings settings) {
    this.resources = resources;
    this.clock = clock;
    this.jobType = resources.type("batch/v1", "Job").orElseThrow();
    this.podType = resources.type("v1", "Pod").orElseThrow();
    this.node = new LocalPod.Node(settings, http);
    this.thread = Thread.ofPlatform().daemon().name("local-jobs").unstarted(this::work);
  }

  /**
   * How processes are run.
   *
   * @param folder for logs, results and the files of volumes
   * @param environment of each process, besides what its pod says
   * @param claims folders that stand for PersistentVolumeClaims
   * @param listener hears each line of output of each process
   */
  public record Settings(
      Path folder,
      Map<String, String> environment,
      Map<String, Path> claims,
      Consumer<String> listener) {
    /** Copies the maps. */
    public Settings {
      environment = Map.copyOf(environment);
      claims = Map.copyOf(claims);
    }
  }

  /** Begins to look after the Jobs of this server. */
  public static LocalJobs start(Resources resources, InstantSource clock, Settings settings) {
    LocalJobs jobs = new LocalJobs(resources, clock, settings);
    jobs.thread.start();
    return jobs;
  }

  private void work() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        long version = resources.version();
        podsOfNode();
        all(jobType).forEach(this::jobUnlessRefused);
        boolean busy = pods.values().stream().anyMatch(pod -> !pod.isOver());
        resources.awaitChange(version, busy ? LOOK : IDLE);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error unexpected) {
      LOG.debug("the stand-in for Job controller and kubelet failed", unexpected);
      defect = Optional.of(unexpected.getClass().getSimpleName() + ": " + unexpected.getMessage());
    }
  }

  /** Why it no longer works, if a defect of it has ended it: no Job goes on any more. */
  Optional<String> defect() {
    return defect;
  }

  private List<ObjectNode> all(ResourceType type) {
    return resources.list(type, Optional.empty(), object -> true);
  }

  private static Place place(ResourceType type, JsonNode object) {
    JsonNode metadata = object.path(METADATA);
    return new Place(type, metadata.path("namespace").asText(), metadata.path("name").asText());
  }

  /** The kubelet's part. */
  private void podsOfNode() {
    Set<String> there = new HashSet<>();
    for (ObjectNode pod : all(podType)) {
      if (pod.path("spec").path("nodeName").asText().equals("local")) {
        there.add(pod.path(METADATA).path("uid").asText());
        pod(pod);
      }
    }
    // A pod that was removed without grace takes its process along.
    for (String uid : Set.copyOf(pods.keySet())) {
      if (!there.contains(uid)) {
        Optional.ofNullable(pods.remove(uid)).ifPresent(LocalPod::abandon);
      }
    }
  }

  private void pod(ObjectNode pod) {
    Instant now = clock.instant();
    boolean deleting = pod.path(METADATA).has("deletionTimestamp");
    LocalPod local =
        pods.computeIfAbsent(
            pod.path(METADATA).path("uid").asText(), uid -> new LocalPod(node, pod));
    if (deleting) {
      long grace = pod.path(METADATA).path("deletionGracePeriodSeconds").asLong(30);
      local.stop(Duration.ofSeconds(grace), now);
    }
    if (!local.isStarted() && deleting) {
      remove(pod);
      return;
    }
    ObjectNode status = local.isStarted() ? local.look(now) : start(pod, local, now);
    write(place(podType, pod), status, KUBELET);
    if (deleting && local.isOver()) {
      remove(pod);
    }
  }

  private ObjectNode start(ObjectNode pod, LocalPod local, Instant now) {
    PodEnvironment environment =
        new PodEnvironment(resources, pod.path(METADATA).path("namespace").asText());
    return local.start(
        pod.path("spec").path("containers").path(0),
        environment,
        new PodVolumes(resources, node.settings()).mount(pod, now),
        now);
  }

  private void remove(ObjectNode pod) {
    try {
      resources.delete(place(podType, pod), DeleteOptions.atOnce());
    } catch (Refusal alreadyGone) {
      // Somebody else was faster.
    }
  }

  private void write(Place place, ObjectNode status, WriteOptions options) {
    try {
      resources.change(
          place,
          "status",
          object -> {
            object.set("status", status);
            return object;
          },
          options);
    } catch (Refusal alreadyGone) {
      // It was deleted in the meantime.
    }
  }

  /** The Job controller's part; what the server refuses is tried again later. */
  private void jobUnlessRefused(ObjectNode job) {
    try {
      job(job);
    } catch (Refusal later) {
      // For example because the Job has just been deleted.
    }
  }

  private void job(ObjectNode job) {
    if (JobStatuses.finished(job) || job.path(METADATA).has("deletionTimestamp")) {
      return;
    }
    Instant now = clock.instant();
    String uid = job.path(METADATA).path("uid").asText();
    Optional<ObjectNode> pod =
        all(podType).stream()
            .filter(one ->
                one.path(METADATA).path("ownerReferences").path(0).path("uid").asText().equals(uid))
            .findFirst();
    if (job.path("status").path("startTime").isMissingNode()) {
      if (pod.isEmpty()) {
        resources.create(
            podType,
            job.path(METADATA).path("namespace").asText(),
            JobStatuses.pod(job),
            CONTROLLER);
      }
      write(place(jobType, job), JobStatuses.active(now, false), CONTROLLER);
      return;
    }
    Instant started = Instant.parse(job.path("status").path("startTime").asText());
    JsonNode deadline = job.path("spec").path("activeDeadlineSeconds");
    String phase = pod.map(is -> is.path("status").path("phase").asText("Pending")).orElse("");
    if (phase.equals("Succeeded")) {
      write(place(jobType, job), JobStatuses.complete(started, now), CONTROLLER);
    } else if (pod.isEmpty() || phase.equals("Failed")) {
      String message = "Job has failed indexes";
      ObjectNode failed = JobStatuses.failed(started, "FailedIndexes", message, now);
      write(place(jobType, job), failed, CONTROLLER);
    } else if (deadline.isNumber() && !now.isBefore(started.plusSeconds(deadline.asLong()))) {
      expire(job, pod.get(), started, now);
    } else {
      ObjectNode active = JobStatuses.active(started, ready(pod.get()));
      write(place(jobType, job), active, CONTROLLER);
    }
  }

  private void expire(ObjectNode job, ObjectNode pod, Instant started, Instant now) {
    String message = "Job was active longer than specified deadline";
    ObjectNode failed = JobStatuses.failed(started, "DeadlineExceeded", message, now);
    write(place(jobType, job), failed, CONTROLLER);
    resources.delete(place(podType, pod), DeleteOptions.standard());
  }

  private static boolean ready(JsonNode pod) {
    for (JsonNode condition : pod.path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  /** Stops looking and ends all processes. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    pods.values().stream().parallel().forEach(LocalPod::abandon);
    http.close();
  }
}
