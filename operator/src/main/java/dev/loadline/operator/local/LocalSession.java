package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.operator.local.apiserver.Place;
import dev.loadline.operator.local.apiserver.ResourceType;
import dev.loadline.operator.local.apiserver.WriteOptions;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * API server, operator and Job stand-in in this process, and a folder for what the runners leave.
 * Closing it ends all of it, whatever is under way; a second close does nothing.
 */
final class LocalSession implements AutoCloseable {
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final Duration LOOK = Duration.ofMillis(500);

  private final AtomicBoolean closed = new AtomicBoolean();
  private final LocalFolder folder;
  private final boolean keep;
  private final LocalApiServer server;
  private final LocalJobs jobs;
  private final KubernetesClient client;
  private final RunningOperator operator;

  private LocalSession(OperatorStarter starter, Settings settings) {
    this.keep = settings.keep();
    this.folder = LocalFolder.create();
    this.server = LocalApiServer.start(InstantSource.system());
    this.jobs =
        LocalJobs.start(
            server.resources(),
            InstantSource.system(),
            new LocalJobs.Settings(folder.path(), settings.environment(), settings.listener()));
    this.client = server.client();
    this.operator = starter.start(client);
  }

  /**
   * How a session runs.
   *
   * @param keep the folder stays afterwards
   * @param environment of the load runners
   * @param listener hears each line that a load runner prints
   */
  record Settings(boolean keep, Map<String, String> environment, Consumer<String> listener) {
    Settings {
      environment = Map.copyOf(environment);
    }
  }

  static LocalSession open(OperatorStarter starter, Settings settings) {
    return new LocalSession(starter, settings);
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
    ResourceType type =
        server
            .resources()
            .type(object.path("apiVersion").asText(), object.path("kind").asText())
            .orElseThrow();
    server.resources().create(type, manifest.namespace(), object, WriteOptions.by("loadline-run"));
  }

  /** The first run that fits, once it has finished; calls back with it whenever it has changed. */
  LoadTestRun awaitRun(Predicate<LoadTestRun> wanted, Consumer<LoadTestRun> changed)
      throws InterruptedException {
    String seen = "";
    while (true) {
      long version = server.resources().version();
      Optional<LoadTestRun> run = runs().stream().filter(wanted).findFirst();
      if (run.isPresent()) {
        String now = run.get().getMetadata().getResourceVersion();
        if (!now.equals(seen)) {
          seen = now;
          changed.accept(run.get());
        }
        if (finished(run.get())) {
          return run.get();
        }
      }
      server.resources().awaitChange(version, LOOK);
    }
  }

  /** All runs, the oldest first. Read from the store, so that a closed session does no harm. */
  private List<LoadTestRun> runs() {
    return server.resources().list(runType(), Optional.empty(), object -> true).stream()
        .map(object -> JSON.convertValue(object, LoadTestRun.class))
        .sorted(Comparator.comparing(run -> run.getMetadata().getCreationTimestamp()))
        .toList();
  }

  private static ResourceType runType() {
    return LocalApiServer.type(Api.GROUP + "/" + Api.VERSION, Api.LOAD_TEST_RUN).orElseThrow();
  }

  /** A run as the server has it, without the bookkeeping of field owners. */
  ObjectNode raw(LoadTestRun run) {
    Place place =
        new Place(runType(), run.getMetadata().getNamespace(), run.getMetadata().getName());
    ObjectNode object = server.resources().get(place).orElseThrow();
    object.withObject("/metadata").remove("managedFields");
    return object;
  }

  static boolean finished(LoadTestRun run) {
    return run.getStatus() != null && run.getStatus().completionTime() != null;
  }

  /** A run of this test. */
  static Predicate<LoadTestRun> runOf(Manifest test) {
    return run ->
        run.getMetadata().getNamespace().equals(test.namespace())
            && Optional.ofNullable(run.getMetadata().getLabels())
                .map(labels -> labels.get(Api.TEST_LABEL))
                .filter(test.name()::equals)
                .isPresent();
  }

  /** This very run. */
  static Predicate<LoadTestRun> named(Manifest manifest) {
    return run ->
        run.getMetadata().getNamespace().equals(manifest.namespace())
            && run.getMetadata().getName().equals(manifest.name());
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    operator.close();
    jobs.close();
    client.close();
    server.close();
    if (!keep) {
      folder.delete();
    }
  }
}
