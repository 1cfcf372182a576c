package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.loadline.operator.local.apiserver.DeleteOptions;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.operator.local.apiserver.Place;
import dev.loadline.operator.local.apiserver.ResourceType;
import dev.loadline.operator.local.apiserver.WriteOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Waiting for a run, with a test that plays the operator. */
class LocalSessionTest {
  private static final String API_VERSION = "loadline.dev/v1alpha1";
  private static final Duration LONG = Duration.ofMinutes(5);

  private final LocalSession session = session(LONG);
  private final Manifest test = manifest("LoadTest", "night", "");
  private final Manifest run =
      manifest("LoadTestRun", "night-1", "labels: {loadline.dev/test: night}");

  @AfterEach
  void close() {
    session.close();
  }

  private static LocalSession session(Duration patience) {
    return LocalSession.open(
        client ->
            new RunningOperator() {
              @Override
              public URI metrics() {
                return URI.create("http://127.0.0.1:1/metrics");
              }

              @Override
              public void close() {}
            },
        new SessionSettings(false, patience, Map.of(), Map.of(), line -> {}));
  }

  private static ObjectNode yaml(String text) {
    try {
      return (ObjectNode) new YAMLMapper().readTree(text);
    } catch (java.io.IOException broken) {
      throw new IllegalArgumentException(broken);
    }
  }

  private static Manifest manifest(String kind, String name, String more) {
    String test =
        "{target: {url: \"http://127.0.0.1:8000/v1\"}, workload: {synthetic: {inputTokens: 10,"
            + " outputTokens: 5}}, load: {stages: [{name: one, users: 1, duration: 10s}]}}";
    String spec = kind.equals("LoadTest") ? test : "{test: " + test + "}";
    return new Manifest(
        "file",
        1,
        yaml(
            "apiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n  %s\nspec: %s"
                .formatted(API_VERSION, kind, name, more, spec)));
  }

  private static Place place(Manifest manifest) {
    ResourceType type = LocalApiServer.type(API_VERSION, manifest.kind()).orElseThrow();
    return new Place(type, "default", manifest.name());
  }

  private void status(Manifest manifest, String status) {
    status(place(manifest), status);
  }

  private void status(Place place, String status) {
    session
        .server()
        .resources()
        .change(
            place,
            "status",
            object -> {
              object.set("status", yaml(status));
              return object;
            },
            WriteOptions.by("test"));
  }

  @ParameterizedTest
  @CsvSource({"ReconcileError, false", "InvalidSpec, true", "UnknownTimeZone, true"})
  void aTestThatIsNotReadyIsNotWaitedFor(String reason, boolean badInput) throws Exception {
    session.create(test, test.object());
    status(
        test,
        "conditions: [{type: Ready, status: 'False', reason: %s, message: no way}]"
            .formatted(reason));
    assertThat(session.awaitRun(test, changed -> {}))
        .isEqualTo(
            new RunOutcome.NotRun("LoadTest night was not run: " + reason + ": no way", badInput));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunThatNeverBeginsIsNotWaitedForForEver(boolean created) throws Exception {
    try (LocalSession impatient = session(Duration.ZERO)) {
      impatient.create(test, test.object());
      if (created) {
        impatient.create(run, run.object());
      }
      assertThat(impatient.awaitRun(test, changed -> {}))
          .isInstanceOfSatisfying(
              RunOutcome.NotRun.class,
              not -> {
                assertThat(not.message()).contains("LoadTest night was not run: no run began");
                assertThat(not.badInput()).isFalse();
              });
    }
  }

  private void failing(Manifest about, LocalSession in) {
    String uid =
        in.server().resources().get(place(about)).orElseThrow().at("/metadata/uid").asText();
    ObjectNode event =
        yaml(
            "apiVersion: v1\nkind: Event\nmetadata: {name: failing-%s}\nreason: ReconcileError\n"
                    .formatted(about.name())
                + "message: status.phase is refused\ninvolvedObject: {apiVersion: %s, kind: %s, namespace: default, name: %s, uid: %s}"
                    .formatted(API_VERSION, about.kind(), about.name(), uid));
    in.create(new Manifest("file", 1, event), event);
  }

  /** The status that would say so is the one that the server refuses. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRunThatTheOperatorCannotGoOnWithIsNotWaitedFor(boolean begun) throws Exception {
    try (LocalSession impatient = session(Duration.ofMillis(600))) {
      Manifest failing = begun ? run : test;
      impatient.create(failing, failing.object());
      failing(failing, impatient);
      assertThat(impatient.awaitRun(failing, changed -> {}))
          .isEqualTo(
              new RunOutcome.NotRun(
                  failing.kind()
                      + " "
                      + failing.name()
                      + " does not come to its end: the operator cannot go on (status.phase is"
                      + " refused)",
                  false));
    }
  }

  @Test
  void aRunWhoseStatusIsWrittenAfterAllIsWaitedFor() throws Exception {
    session.create(run, run.object());
    failing(run, session);
    FailingOperator hears = new FailingOperator(session.server().resources(), Duration.ZERO);
    assertThat(hears.outcome(session.server().resources().get(place(run)), run)).isPresent();
    status(run, "{phase: Running}");
    assertThat(hears.outcome(session.server().resources().get(place(run)), run)).isEmpty();
    status(
        run,
        "{phase: Running, conditions: [{type: Finished, status: Unknown, reason: ReconcileError,"
            + " message: no Job}]}");
    assertThat(hears.outcome(session.server().resources().get(place(run)), run))
        .hasValueSatisfying(outcome -> assertThat(outcome.toString()).contains("no Job"));
  }

  @Test
  void aStoppedSessionTellsItsRunsToStopAndWaitsForTheirResult() throws Exception {
    session.create(run, run.object());
    AtomicReference<String> told = new AtomicReference<>("");
    RunOutcome outcome =
        session.awaitRun(
            run,
            changed -> {
              if (!session.isStopping()) {
                session.stop();
              } else if (told.get().isEmpty()) {
                told.set(String.valueOf(changed.getSpec().desiredState()));
                status(run, "{phase: Stopped, completionTime: '2026-11-24T02:00:00Z'}");
              }
            });
    assertThat(told.get()).isEqualTo("Stopped");
    assertThat(outcome).isInstanceOf(RunOutcome.Finished.class);
  }

  @Test
  void aStoppedSessionDoesNotWaitForARunThatHasNotBegun() throws Exception {
    session.create(test, test.object());
    session.stop();
    assertThat(session.awaitRun(test, changed -> {}))
        .isEqualTo(
            new RunOutcome.NotRun("LoadTest night was not run: stopped before it began", false));
  }

  @Test
  void aRunThatIsDeletedIsNotWaitedFor() throws Exception {
    session.create(run, run.object());
    AtomicBoolean deleted = new AtomicBoolean();
    RunOutcome outcome =
        session.awaitRun(
            test,
            changed -> {
              if (deleted.compareAndSet(false, true)) {
                session.server().resources().delete(place(run), DeleteOptions.atOnce());
              }
            });
    assertThat(outcome)
        .isEqualTo(
            new RunOutcome.NotRun("LoadTestRun night-1 was deleted before it had finished", false));
  }

  @Test
  void aRunThatIsForgottenAtOnceIsStillSeenAsItWasWhenItFinished() throws Exception {
    session.create(run, run.object());
    List<String> phases = new ArrayList<>();
    RunOutcome outcome =
        session.awaitRun(
            test,
            changed -> {
              if (phases.isEmpty()) {
                status(run, "{phase: Completed, completionTime: '2026-11-24T02:00:00Z'}");
                session.server().resources().delete(place(run), DeleteOptions.atOnce());
              }
              phases.add(changed.getStatus() == null ? "" : changed.getStatus().phase());
            });
    assertThat(phases).containsExactly("", "Completed");
    assertThat(outcome).isInstanceOf(RunOutcome.Finished.class);
    JsonNode object = ((RunOutcome.Finished) outcome).object();
    assertThat(object.at("/status/phase").asText()).isEqualTo("Completed");
    assertThat(object.path("metadata").has("managedFields")).isFalse();
  }

  @Test
  void aRunIsNotWaitedForWhereNobodyLooksAfterJobsAnyMore() {
    ObjectNode job =
        yaml(
            "apiVersion: batch/v1\n"
                + "kind: Job\n"
                + "metadata: {name: job}\n"
                + "spec: {completionMode: Indexed, template: {spec: {restartPolicy: Never,"
                + " containers: [{name: c, image: i, env: [{name: A, valueFrom:"
                + " {secretKeyRef: {name: none, key: k}}}]}]}}}");
    Manifest made = new Manifest("file", 1, job);
    session.create(made, job);
    session.create(run, run.object());
    status(run, "{phase: Starting}");
    CompletableFuture<RunOutcome> outcome =
        CompletableFuture.supplyAsync(() -> {
          try {
            return session.awaitRun(run, changed -> {});
          } catch (InterruptedException impossible) {
            throw new IllegalStateException(impossible);
          }
        });
    Place place = new Place(LocalApiServer.type("batch/v1", "Job").orElseThrow(), "default", "job");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          // Again and again, since the stand-in writes it too.
          status(place, "{startTime: soon}");
          return outcome.isDone();
        });
    assertThat(outcome.join())
        .isInstanceOfSatisfying(
            RunOutcome.NotRun.class,
            not -> {
              assertThat(not.message())
                  .startsWith("LoadTestRun night-1 was not run: local mode failed")
                  .contains("DateTimeParseException");
              assertThat(not.badInput()).isFalse();
            });
  }

  @Test
  void refusesAJobThatAClusterWouldRefuse() {
    ObjectNode job =
        yaml(
            "apiVersion: batch/v1\n"
                + "kind: Job\n"
                + "metadata: {name: a.b}\n"
                + "spec: {completionMode: Indexed, template: {spec: {restartPolicy: Never,"
                + " containers: [{name: c, image: i}]}}}");
    assertThatThrownBy(() -> session.create(new Manifest("file", 1, job), job))
        .hasMessageContaining("metadata.name");
  }
}
