package dev.loadline.operator.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.operator.local.apiserver.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Job controller, kubelet and user of a {@link Fleet}: each pod goes one step further once its
 * run's status has told the step before. Counts what was made by UID, and how often load was sent.
 */
final class FleetHands {
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(11);

  private final LocalCluster cluster;
  private final Recorder jobs;
  private final Recorder runs;
  private final Map<String, Integer> loads = new HashMap<>();
  private final Set<String> hadPod = new HashSet<>();
  private final Set<String> deleted = new HashSet<>();
  private final Set<String> waited = new HashSet<>();
  private Instant due = Instant.MIN;
  private boolean alone;
  private Set<FleetStory> ending = Set.of();

  FleetHands(LocalCluster cluster) {
    this.cluster = cluster;
    this.jobs = new Recorder(cluster.server, "batch/v1", "Job");
    this.runs = new Recorder(cluster.server, Api.GROUP + "/" + Api.VERSION, Api.LOAD_TEST_RUN);
  }

  /** All objects of a kind that ever were: names by UID. */
  private static final class Recorder {
    private final LocalApiServer server;
    private final ResourceType type;
    private final Map<String, String> names = new HashMap<>();
    private long version;

    Recorder(LocalApiServer server, String apiVersion, String kind) {
      this.server = server;
      this.type = server.resources().type(apiVersion, kind).orElseThrow();
      this.version = server.resources().version();
    }

    void catchUp(Duration atMost) {
      try {
        LocalApiServer.Changes changes = server.changes(type, version, atMost);
        version = changes.version();
        for (ObjectNode state : changes.states()) {
          JsonNode metadata = state.path("metadata");
          names.put(metadata.path("uid").asText(), metadata.path("name").asText());
        }
      } catch (InterruptedException stopping) {
        throw new IllegalStateException(stopping);
      }
    }

    /** How many objects of each name there ever were. */
    Map<String, Long> made() {
      return names.values().stream()
          .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    }
  }

  Map<String, Long> jobsMade() {
    return jobs.made();
  }

  Map<String, Long> runsMade() {
    return runs.made();
  }

  /** How often load was sent, by run. */
  Map<String, Integer> loads() {
    return Map.copyOf(loads);
  }

  /** An hour begins in which older runs of these stories end. */
  void hour(Instant begins, Set<FleetStory> olderEnd) {
    due = begins;
    ending = Set.copyOf(olderEnd);
  }

  /** No status tells of any step, and each pod goes on to its end. */
  void alone() {
    alone = true;
    for (int step = 0; step < 3; step++) {
      goOn(Duration.ZERO);
    }
    alone = false;
  }

  /** Waits for a change, but not for long; then does what is to be done. */
  void goOn(Duration atMost) {
    jobs.catchUp(atMost);
    runs.catchUp(Duration.ZERO);
    Map<String, ObjectNode> pods =
        cluster.list("v1", "Pod").stream()
            .collect(Collectors.toMap(pod -> name(pod), pod -> pod, (one, other) -> other));
    Map<String, LoadTestRun> known =
        cluster.runs().stream()
            .collect(Collectors.toMap(run -> run.getMetadata().getName(), run -> run));
    List<String> there = new ArrayList<>();
    for (ObjectNode job : cluster.list("batch/v1", "Job")) {
      there.add(name(job));
      Optional<ObjectNode> pod = Optional.ofNullable(pods.get(name(job) + "-0-abcde"));
      Optional<LoadTestRun> run = Optional.ofNullable(known.get(label(job, Api.RUN_LABEL)));
      job(job, pod, run);
    }
    pods.values().stream()
        .filter(pod -> pod.path("metadata").has("deletionTimestamp"))
        .forEach(this::goes);
    known.values().forEach(run -> betweenAttempts(run, there));
    createAnew(pods.keySet(), known);
  }

  private static String name(JsonNode object) {
    return object.path("metadata").path("name").asText();
  }

  private static String label(JsonNode object, String label) {
    return object.path("metadata").path("labels").path(label).asText();
  }

  private void job(ObjectNode job, Optional<ObjectNode> pod, Optional<LoadTestRun> run) {
    boolean going = job.path("metadata").has("deletionTimestamp");
    if (pod.isEmpty()) {
      if (!going
          && cluster.names("batch/v1", "Job").contains(name(job))
          && hadPod.add(job.path("metadata").path("uid").asText())) {
        cluster.pod(name(job));
      }
      return;
    }
    if (going || pod.get().path("metadata").has("deletionTimestamp") || run.isEmpty()) {
      return;
    }
    String phase =
        run.get().getStatus() == null ? "" : String.valueOf(run.get().getStatus().phase());
    FleetStory story = FleetStory.valueOf(label(job, Api.TEST_LABEL).toUpperCase(Locale.ROOT));
    switch (pod.get().path("status").path("phase").asText()) {
      case "Pending" -> {
        if (alone || phase.equals("Starting")) {
          starts(story, name(job));
        }
      }
      case "Running" -> {
        if (alone || phase.equals("Running")) {
          runs(story, name(job), run.get());
        }
      }
      default -> {}
    }
  }

  private void starts(FleetStory story, String job) {
    boolean first = job.endsWith("-a1");
    if (story == FleetStory.RETRIED && first) {
      cluster.ended(job, 75, "Error", "no route yet", false);
    } else if (story == FleetStory.UNREACHABLE && first) {
      String said = Outputs.unusable("TargetUnreachable", "port 1 refused the connection");
      cluster.ended(job, 69, "Error", said, false);
    } else if (story == FleetStory.FAILED) {
      cluster.ended(job, 64, "Error", "no such plan", false);
    } else {
      loads.merge(job.substring(0, job.length() - 3), 1, Integer::sum);
      cluster.ready(job);
    }
  }

  private void runs(FleetStory story, String job, LoadTestRun run) {
    boolean old = Instant.parse(run.getSpec().scheduledTime()).isBefore(due);
    switch (story) {
      case LOST -> cluster.ended(job, 137, "Error", "", true);
      case STOPPED -> stop(run);
      case HALTED -> {
        if (old && ending.contains(story) && !cluster.clock.instant().isBefore(due)) {
          stop(run);
        }
      }
      case DELETED -> {
        deleted.add(story.test());
        cluster.deleteTest(story.test());
      }
      case REPLACED -> {}
      case WAITING, BLOCKED -> {
        if (old && ending.contains(story) && !cluster.clock.instant().isBefore(due)) {
          cluster.ended(job, 0, "Completed", Outputs.measured(), true);
        }
      }
      case ASIDE -> {
        if (old && ending.contains(story) && newerRuns(run)) {
          cluster.ended(job, 0, "Completed", Outputs.measured(), true);
        }
      }
      case PLAIN, KEPT, RETRIED, UNREACHABLE, FAILED, FORGOTTEN, ASKED ->
          cluster.ended(job, 0, "Completed", Outputs.measured(), true);
    }
  }

  private void stop(LoadTestRun run) {
    if (!TestRunStarter.STOPPED.equals(run.getSpec().desiredState())) {
      cluster.changeRun(run.getMetadata().getName(), LocalCluster::stop);
    }
  }

  private boolean newerRuns(LoadTestRun run) {
    return cluster.runs().stream()
        .filter(other -> run.getSpec().loadTest().equals(other.getSpec().loadTest()))
        .filter(other -> other.getStatus() != null)
        .anyMatch(other ->
            !other.getMetadata().getName().equals(run.getMetadata().getName())
                && "Running".equals(other.getStatus().phase()));
  }

  /** A pod that is told to go says what it measured, and goes. */
  private void goes(ObjectNode pod) {
    String job = name(pod).replace("-0-abcde", "");
    if (pod.path("status").path("phase").asText().equals("Running")) {
      cluster.ended(job, 143, "Error", Outputs.stopped(), true);
    }
    cluster.removePod(job);
  }

  /** Nobody waits ten seconds for a second attempt. */
  private void betweenAttempts(LoadTestRun run, List<String> jobs) {
    boolean waits =
        run.getStatus() != null
            && run.getStatus().attempts() != null
            && run.getStatus().attempts().size() == 1
            && run.getStatus().attempts().getFirst().message() != null
            && run.getStatus().verdict() == null;
    String name = run.getMetadata().getName();
    if (waits && !jobs.contains(name + "-a1") && !jobs.contains(name + "-a2")) {
      if (waited.add(name)) {
        cluster.clock.advance(BETWEEN_ATTEMPTS);
      }
      cluster.look(name);
    }
  }

  private void createAnew(Set<String> pods, Map<String, LoadTestRun> known) {
    for (String test : List.copyOf(deleted)) {
      boolean gone =
          pods.stream().noneMatch(pod -> pod.startsWith(test))
              && known.keySet().stream().noneMatch(run -> run.startsWith(test));
      if (gone && !cluster.names(Api.GROUP + "/" + Api.VERSION, Api.LOAD_TEST).contains(test)) {
        deleted.remove(test);
        cluster.create(FleetStory.valueOf(test.toUpperCase(Locale.ROOT)).yaml(""));
      }
    }
  }
}
