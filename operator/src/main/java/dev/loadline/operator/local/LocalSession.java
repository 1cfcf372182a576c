package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.operator.local.apiserver.Place;
import dev.loadline.operator.local.apiserver.Refusal;
import dev.loadline.operator.local.apiserver.ResourceType;
import dev.loadline.operator.local.apiserver.WriteOptions;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * API server, operator and Job stand-in in this process, and a folder for what the runners leave.
 * Closing it ends all of it, whatever is under way; whoever closes it second waits for the first.
 * It closes itself when the JVM is told to end, from its opening to the last of its closing.
 */
final class LocalSession implements AutoCloseable {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final String RECONCILE_ERROR = "ReconcileError";
  private static final String KUBECONFIG = "kubeconfig";
  private static final String API_VERSION = Api.GROUP + "/" + Api.VERSION;
  private static final JsonNode NOTHING = JSON.createArrayNode();
  private static final ResourceType TESTS = type(API_VERSION, Api.LOAD_TEST);
  private static final ResourceType RUNS = type(API_VERSION, Api.LOAD_TEST_RUN);

  private boolean closed;
  private volatile boolean stopping;
  private final LocalFolder folder;
  private final boolean keep;
  private final Duration patience;
  private final LocalApiServer server;
  private final LocalJobs jobs;
  private final KubernetesClient client;
  private final RunningOperator operator;

  private final CloseOnSignal signal;
  private volatile Runnable onSignal = () -> {};

  private LocalSession(LocalFolder folder, OperatorStarter starter, SessionSettings settings) {
    this.keep = settings.keep();
    this.patience = settings.patience();
    this.folder = folder;
    this.server = LocalApiServer.start(InstantSource.system());
    this.jobs =
        LocalJobs.start(
            server.resources(),
            InstantSource.system(),
            new LocalJobs.Settings(
                folder.path(), settings.environment(), settings.claims(), settings.listener()));
    this.client = server.client();
    this.operator = starter.start(client);
    this.signal = CloseOnSignal.of(this::signalled);
  }

  private static ResourceType type(String apiVersion, String kind) {
    return LocalApiServer.type(apiVersion, kind).orElseThrow();
  }

  static LocalSession open(OperatorStarter starter, SessionSettings settings) {
    LocalFolder folder = new LocalFolder();
    // Until it is open there is nothing but the folder that would outlive the program.
    try (CloseOnSignal _ = CloseOnSignal.of(folder::delete)) {
      folder.create();
      return new LocalSession(folder, starter, settings);
    }
  }

  /** What comes before closing when the JVM is told to end, as by Ctrl-C. */
  void onSignal(Runnable first) {
    onSignal = first;
  }

  private void signalled() {
    try {
      onSignal.run();
    } finally {
      close();
    }
  }

  Path directory() {
    return folder.path();
  }

  LocalApiServer server() {
    return server;
  }

  URI metrics() {
    return operator.metrics();
  }

  /** Creates an object of a manifest as kubectl would. */
  void create(Manifest manifest, ObjectNode object) {
    server.namespace(manifest.namespace());
    ResourceType type = type(object.path("apiVersion").asText(), object.path("kind").asText());
    server.resources().create(type, manifest.namespace(), object, WriteOptions.by("loadline-run"));
  }

  /**
   * Waits for the first run of a test, or for the run that the manifest is.
   *
   * @param changed hears of the run whenever it has changed
   */
  RunOutcome awaitRun(Manifest manifest, Consumer<LoadTestRun> changed)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    long version = 0;
    Optional<ObjectNode> seen = Optional.empty();
    FailingOperator failing = new FailingOperator(server.resources(), patience);
    while (true) {
      // Asked first: then what it was before it went is among the changes.
      boolean gone = seen.filter(this::isGone).isPresent();
      LocalApiServer.Changes changes = server.changes(RUNS, version, LOOK);
      version = changes.version();
      for (ObjectNode state : changes.states()) {
        LoadTestRun run = JSON.convertValue(state, LoadTestRun.class);
        if (manifest.owns(run) && seen.map(first -> same(first, state)).orElse(true)) {
          seen = Optional.of(state);
          changed.accept(run);
          if (finished(run)) {
            state.withObject("/metadata").remove("managedFields");
            return new RunOutcome.Finished(run, state);
          }
        }
      }
      Optional<ObjectNode> latest = seen;
      Optional<RunOutcome> cutShort =
          cutShort(manifest, seen, gone).or(() -> failing.outcome(latest, manifest));
      if (cutShort.isPresent()) {
        return cutShort.get();
      }
      if (seen.filter(run -> run.at("/status/phase").isTextual()).isEmpty()) {
        Optional<RunOutcome> never = notStarted(manifest, System.nanoTime() - end);
        if (never.isPresent()) {
          return never.get();
        }
      }
    }
  }

  static RunOutcome neverBegun(Manifest manifest) {
    return new RunOutcome.NotRun(what(manifest) + "stopped before it began", false);
  }

  /** Why a run will not come to its end. */
  private Optional<RunOutcome> cutShort(
      Manifest manifest, Optional<ObjectNode> seen, boolean gone) {
    if (gone) {
      String name = seen.orElseThrow().at("/metadata/name").asText();
      String message = "LoadTestRun " + name + " was deleted before it had finished";
      return Optional.of(new RunOutcome.NotRun(message, false));
    }
    if (stopping && seen.isEmpty()) {
      return Optional.of(neverBegun(manifest));
    }
    return jobs.defect()
        .map(defect ->
            new RunOutcome.NotRun(
                what(manifest) + "local mode failed, a defect of Loadline (" + defect + ")",
                false));
  }

  private static boolean same(ObjectNode first, ObjectNode state) {
    return first.at("/metadata/uid").equals(state.at("/metadata/uid"));
  }

  private boolean isGone(ObjectNode run) {
    return server.resources().get(place(run)).isEmpty();
  }

  private static Place place(ObjectNode run) {
    String namespace = run.at("/metadata/namespace").asText();
    return new Place(RUNS, namespace, run.at("/metadata/name").asText());
  }

  private static String what(Manifest manifest) {
    return manifest.kind() + " " + manifest.name() + " was not run: ";
  }

  /** Why there will be no run: the operator says that the test is not ready, or says nothing. */
  private Optional<RunOutcome> notStarted(Manifest manifest, long nanosOver) {
    String what = what(manifest);
    if (manifest.isTest()) {
      Place place = new Place(TESTS, manifest.namespace(), manifest.name());
      JsonNode conditions =
          server.resources().get(place).map(test -> test.at("/status/conditions")).orElse(NOTHING);
      for (JsonNode condition : conditions) {
        if (condition.path("type").asText().equals("Ready")
            && condition.path("status").asText().equals("False")) {
          String reason = condition.path("reason").asText();
          String why = reason + ": " + condition.path("message").asText();
          return Optional.of(new RunOutcome.NotRun(what + why, !reason.equals(RECONCILE_ERROR)));
        }
      }
    }
    String late = "no run began within " + patience.toSeconds() + " s: see the operator's messages";
    return nanosOver > 0
        ? Optional.of(new RunOutcome.NotRun(what + late, false))
        : Optional.empty();
  }

  /** Tells the runs to stop, as a user would; nothing else begins. */
  void stop() {
    stopping = true;
    for (ObjectNode run : server.resources().list(RUNS, Optional.empty(), all -> true)) {
      if (!run.at("/status/completionTime").isTextual()) {
        stop(run);
      }
    }
  }

  private void stop(ObjectNode run) {
    try {
      server
          .resources()
          .change(
              place(run),
              "",
              stopped -> {
                stopped.withObject("/spec").put("desiredState", "Stopped");
                return stopped;
              },
              WriteOptions.by("loadline-run"));
    } catch (Refusal gone) {
      // It was deleted in the meantime.
    }
  }

  boolean isStopping() {
    return stopping;
  }

  static boolean finished(LoadTestRun run) {
    return run.getStatus() != null && run.getStatus().completionTime() != null;
  }

  /** What kubectl needs to look into this session while it lasts: a file that goes with it. */
  Path kubeconfig() {
    return folder.write(KUBECONFIG, server.kubeconfig());
  }

  private void keepObjects() {
    folder.write("objects.yaml", KeptObjects.yaml(server.resources()));
    folder.remove(KUBECONFIG);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    // A reconciliation under way may find its caches closed; nobody needs its stack trace any more.
    Thread.setDefaultUncaughtExceptionHandler((thread, late) -> {});
    try {
      operator.close();
      jobs.close();
      client.close();
      server.close();
    } finally {
      if (keep) {
        keepObjects();
      } else {
        folder.delete();
      }
      signal.close();
    }
  }
}
