package dev.loadline.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.local.apiserver.DeleteOptions;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.operator.local.apiserver.Place;
import dev.loadline.operator.local.apiserver.ResourceType;
import dev.loadline.operator.local.apiserver.WriteOptions;
import dev.loadline.operator.plan.Limits;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * The real operator on the local API server, with the Job controller and the kubelet played by
 * hand: a test says what becomes of a pod. What is done by hand is not struck by faults.
 */
final class LocalCluster implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final WriteOptions HAND = WriteOptions.by("hand");
  private static final String NAMESPACE = "default";

  /** What each client would learn anew of all kinds. */
  private static final KubernetesSerialization SERIALIZATION = LeanObjects.serialization();

  private static final RunnerDefaults RUNNER =
      new RunnerDefaults("loadline/runner:test", "IfNotPresent", List.of(), List.of());

  /**
   * For runs the time passes that a test lets pass. Everybody else takes it for a clock that was
   * set, by which everything is looked at.
   */
  final MovingClock clock = new MovingClock();

  final LocalApiServer server = LocalApiServer.start(clock);
  final Map<String, Long> finished = new ConcurrentHashMap<>();
  final Map<String, Long> missed = new ConcurrentHashMap<>();
  Limits caps = Limits.NONE;

  /** How often an operator said that a watch of its ended for good. */
  final AtomicInteger watchesLost = new AtomicInteger();

  /** What each request of operators that are started from now on passes, in this order. */
  final Map<String, Interceptor> interceptors = new LinkedHashMap<>();

  private final AtomicInteger lives = new AtomicInteger();
  private int ownRetries;
  private Set<String> watched = Set.of();
  private KubernetesClient client;
  private Controllers operator;
  private volatile OperatorThreads threads = new OperatorThreads("none");
  private final List<Thread> endings = new ArrayList<>();

  /** With the operator running. */
  static LocalCluster started() {
    LocalCluster cluster = new LocalCluster();
    cluster.startOperator();
    return cluster;
  }

  /** Operators that are started from now on look in these namespaces alone. */
  LocalCluster watching(Set<String> namespaces) {
    watched = namespaces;
    return this;
  }

  /** Operators that are started from now on have the client that they have in a cluster. */
  LocalCluster withOwnRetries() {
    ownRetries = 2;
    return this;
  }

  /** How the client of the operator that was started last calls itself. */
  String operatorName() {
    return "operator/" + lives.get();
  }

  void startOperator() {
    standBy();
    lead();
  }

  /** An operator that is there and does not work yet, as one that has no lease. */
  void standBy() {
    lives.incrementAndGet();
    threads = new OperatorThreads(operatorName());
    threads.run(this::make);
  }

  private void make() {
    try (KubernetesClient usual = server.client()) {
      client =
          new KubernetesClientBuilder()
              .withKubernetesSerialization(SERIALIZATION)
              .withHttpClientBuilderConsumer(http -> {
                http.addOrReplaceInterceptor(RetryAfter.NAME, new RetryAfter());
                interceptors.forEach(http::addOrReplaceInterceptor);
              })
              .withConfig(
                  new ConfigBuilder(usual.getConfiguration())
                      .withUserAgent(operatorName())
                      .withRequestRetryBackoffLimit(ownRetries)
                      .build())
              .build();
    }
    Tally tally =
        new Tally() {
          @Override
          public void finished(String verdict) {
            finished.merge(verdict, 1L, Long::sum);
          }

          @Override
          public void missed(String reason, long count) {
            missed.merge(reason, count, Long::sum);
          }
        };
    operator =
        new Controllers(
            client,
            new Controllers.Settings(watched, RUNNER, caps, why -> watchesLost.incrementAndGet()),
            tally,
            new SimpleMeterRegistry(),
            clock,
            System::nanoTime,
            new RunClocks(clock, clock::nanoTime));
  }

  /** The operator that stands by has the lease now. */
  void lead() {
    Controllers starting = operator;
    threads.run(starting::start);
  }

  void stopOperator() {
    if (operator != null) {
      operator.close();
      client.close();
      operator = null;
    }
  }

  /** As a kill: from now on nothing of it gets through, and nothing that it throws is heard of. */
  void killOperator() {
    operatorDies();
    server.faults().kill(operatorName());
    Controllers dead = operator;
    KubernetesClient lost = client;
    operator = null;
    endings.add(
        threads.die(() -> {
          lost.close();
          dead.close();
        }));
  }

  /** What the operator that was started last throws and logs from now on is not heard of. */
  void operatorDies() {
    threads.silence();
  }

  /** Lets the operator that was started last be while another one starts; to be closed. */
  AutoCloseable leaveOperator() {
    Controllers left = operator;
    KubernetesClient its = client;
    operator = null;
    return () -> {
      left.close();
      its.close();
    };
  }

  Controllers operator() {
    return operator;
  }

  @Override
  public void close() {
    stopOperator();
    OperatorThreads.awaitEnd(endings);
    server.close();
  }

  /** A test without schedule of the stage "steady", with more lines of its spec. */
  void createTest(String name, String more) {
    createTest(name, "url: 'http://127.0.0.1:8000/v1'", more);
  }

  /** The same against this target. */
  void createTest(String name, String target, String more) {
    create(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTest
        metadata: {name: %s, namespace: default}
        spec:
          target: {%s}
          workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
          load: {warmup: 1s, drainTimeout: 1s, stages: [{name: steady, users: 4, duration: 1m}]}
          objectives: [{name: errors, metric: errorRate, max: 1%%}]
        %s\
        """
            .formatted(name, target, more.indent(2)));
  }

  /** A run by hand of the same load on another target, with more lines of its test. */
  void createRun(String name, String more) {
    create(
        """
        apiVersion: loadline.dev/v1alpha1
        kind: LoadTestRun
        metadata: {name: %s, namespace: default}
        spec:
          test:
            target: {url: "http://localhost:8001/v1"}
            workload: {synthetic: {inputTokens: 128, outputTokens: 32}}
            load: {warmup: 1s, drainTimeout: 1s, stages: [{name: steady, users: 4, duration: 1m}]}
        %s\
        """
            .formatted(name, more.indent(4)));
  }

  /** Creates such a test and waits for its run's first Job; the run's name. */
  String startRun(String more) {
    createTest("chat", more);
    return awaitRun(run -> run.getStatus().attempts() != null).getMetadata().getName();
  }

  /**
   * Creates an object in its namespace, which is made if it is not there, else in the default one.
   */
  void create(String yaml) {
    ObjectNode object = Serialization.unmarshal(yaml, ObjectNode.class);
    String namespace = object.path("metadata").path("namespace").asText(NAMESPACE);
    server.namespace(namespace);
    server
        .resources()
        .create(
            type(object.path("apiVersion").asText(), object.path("kind").asText()),
            namespace,
            object,
            HAND);
  }

  /** Stores an object unchecked, as an earlier version of its CRD may have let it in. */
  void keep(String yaml) {
    ObjectNode object = Serialization.unmarshal(yaml, ObjectNode.class);
    String created = clock.instant().minusSeconds(3600).truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode metadata = object.withObject("/metadata");
    metadata.put("namespace", NAMESPACE).put("creationTimestamp", created).put("generation", 1);
    metadata.put("uid", UUID.randomUUID().toString());
    server.keep(
        place(
            object.path("apiVersion").asText(),
            object.path("kind").asText(),
            metadata.path("name").asText()),
        object);
  }

  private ResourceType type(String apiVersion, String kind) {
    return server.resources().type(apiVersion, kind).orElseThrow();
  }

  private Place place(String apiVersion, String kind, String name) {
    return new Place(type(apiVersion, kind), NAMESPACE, name);
  }

  private static String api() {
    return Api.GROUP + "/" + Api.VERSION;
  }

  void changeTest(String name, UnaryOperator<ObjectNode> change) {
    server.resources().change(place(api(), Api.LOAD_TEST, name), "", change, HAND);
  }

  void changeRun(String name, UnaryOperator<ObjectNode> change) {
    server.resources().change(place(api(), Api.LOAD_TEST_RUN, name), "", change, HAND);
  }

  /** A change of a run that tells it to stop. */
  static ObjectNode stop(ObjectNode run) {
    run.withObject("/spec").put("desiredState", "Stopped");
    return run;
  }

  void changeRunStatus(String name, UnaryOperator<ObjectNode> change) {
    server.resources().change(place(api(), Api.LOAD_TEST_RUN, name), "status", change, HAND);
  }

  void changeEndpoints(String slice, UnaryOperator<ObjectNode> change) {
    Place place = place("discovery.k8s.io/v1", "EndpointSlice", slice);
    server.resources().change(place, "", change, HAND);
  }

  void deleteTest(String name) {
    server.resources().delete(place(api(), Api.LOAD_TEST, name), DeleteOptions.standard());
  }

  void deleteRun(String name) {
    server.resources().delete(place(api(), Api.LOAD_TEST_RUN, name), DeleteOptions.standard());
  }

  void deleteAll(String apiVersion, String kind) {
    names(apiVersion, kind)
        .forEach(name ->
            server.resources().delete(place(apiVersion, kind, name), DeleteOptions.standard()));
  }

  void deleteJob(String name) {
    server
        .resources()
        .delete(
            place("batch/v1", "Job", name),
            new DeleteOptions(
                Optional.of(DeleteOptions.Propagation.Background),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  LoadTest test(String name) {
    return JSON.convertValue(
        server.resources().get(place(api(), Api.LOAD_TEST, name)).orElseThrow(), LoadTest.class);
  }

  List<LoadTestRun> runs() {
    return list(api(), Api.LOAD_TEST_RUN).stream()
        .map(run -> JSON.convertValue(run, LoadTestRun.class))
        .toList();
  }

  LoadTestRun run() {
    List<LoadTestRun> runs = runs();
    assertThat(runs).hasSize(1);
    return runs.getFirst();
  }

  List<ObjectNode> list(String apiVersion, String kind) {
    return server.resources().list(type(apiVersion, kind), Optional.empty(), object -> true);
  }

  List<String> names(String apiVersion, String kind) {
    return list(apiVersion, kind).stream()
        .map(object -> object.path("metadata").path("name").asText())
        .sorted()
        .toList();
  }

  /** Reasons of all events about objects of this kind. */
  List<String> events(String kind) {
    return list("v1", "Event").stream()
        .filter(event -> event.path("involvedObject").path("kind").asText().equals(kind))
        .map(event -> event.path("reason").asText())
        .toList();
  }

  /** What the newest event of this reason says. */
  String eventMessage(String reason) {
    return list("v1", "Event").stream()
        .filter(event -> event.path("reason").asText().equals(reason))
        .map(event -> event.path("message").asText())
        .reduce((a, b) -> b)
        .orElseThrow();
  }

  /** Messages of all events with this reason. */
  List<String> messages(String reason) {
    return list("v1", "Event").stream()
        .filter(event -> event.path("reason").asText().equals(reason))
        .map(event -> event.path("message").asText())
        .toList();
  }

  /** How many Jobs were made in all, by whatever operator. */
  long jobsMade() {
    return server.faults().calls().stream()
        .filter(call -> call.resource().equals("jobs") && call.verb().equals("create"))
        .count();
  }

  /** Waits for the Job and gives it a pod that is being started, as the Job controller does. */
  String pod(String job) {
    ObjectNode made =
        await()
            .atMost(LIMIT)
            .until(() -> server.resources().get(place("batch/v1", "Job", job)), Optional::isPresent)
            .orElseThrow();
    ObjectNode pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    JsonNode template = made.path("spec").path("template");
    ObjectNode metadata = pod.putObject("metadata").put("name", job + "-0-abcde");
    metadata.set("labels", template.path("metadata").path("labels"));
    if (template.path("metadata").path("annotations") instanceof ObjectNode annotations) {
      metadata.set("annotations", annotations);
    }
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "batch/v1")
        .put("kind", "Job")
        .put("name", job)
        .put("uid", made.path("metadata").path("uid").asText())
        .put("controller", true)
        .put("blockOwnerDeletion", true);
    ObjectNode spec = template.path("spec").deepCopy();
    pod.set("spec", spec.put("nodeName", "node-1"));
    server.resources().create(type("v1", "Pod"), NAMESPACE, pod, HAND);
    waiting(job, "ContainerCreating", "");
    return job + "-0-abcde";
  }

  /** The container waits. */
  void waiting(String job, String reason, String message) {
    status(
        job,
        "Pending",
        "ready: false, state: {waiting: {reason: %s, message: '%s'}}".formatted(reason, message),
        "False",
        Instant.EPOCH);
  }

  /** No node was found. */
  void unschedulable(String job, String message) {
    change(
        job,
        """
        phase: Pending
        conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: '%s', lastTransitionTime: "%s"}]
        """
            .formatted(message, now()));
  }

  /** The runner has begun to send load. */
  void ready(String job) {
    status(
        job,
        "Running",
        "ready: true, state: {running: {startedAt: \"%s\"}}".formatted(before(2)),
        "True",
        clock.instant());
  }

  /** The control plane hears nothing of the runner's node any more. */
  void unreachable(String job) {
    status(
        job,
        "Running",
        "ready: true, state: {running: {startedAt: \"%s\"}}".formatted(before(2)),
        "False",
        clock.instant());
  }

  /** The Job gets a pod, whose runner begins to send load, which the operator sees. */
  void sendLoad(String job) {
    pod(job);
    ready(job);
    awaitRun(run -> run.getStatus().phase().equals("Running"));
  }

  /** The container has ended; {@code wasReady} says whether it had sent load. */
  void ended(String job, int code, String reason, String output, boolean wasReady) {
    status(
        job,
        code == 0 ? "Succeeded" : "Failed",
        "ready: false, state: {terminated: {exitCode: %d, reason: %s, startedAt: \"%s\", finishedAt: \"%s\", message: '%s'}}"
            .formatted(code, reason, before(2), now(), output.replace("'", "''")),
        "False",
        wasReady ? clock.instant() : Instant.EPOCH);
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private String before(long seconds) {
    return clock.instant().minusSeconds(seconds).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private void status(String job, String phase, String container, String ready, Instant since) {
    String transition =
        since.equals(Instant.EPOCH) ? before(5) : since.truncatedTo(ChronoUnit.SECONDS).toString();
    change(
        job,
        """
        phase: %s
        conditions:
          - {type: PodScheduled, status: "True", lastTransitionTime: "%s"}
          - {type: Ready, status: "%s", lastTransitionTime: "%s"}
        containerStatuses:
          - {name: runner, restartCount: 0, image: i, imageID: "", %s}
        """
            .formatted(phase, before(5), ready, transition, container));
  }

  /** The Job controller counts it as failed. */
  void jobFailed(String job) {
    String status =
        """
        conditions: [{type: Failed, status: "True", reason: FailedIndexes, message: "Job has failed indexes", lastTransitionTime: "%s"}]
        """
            .formatted(now());
    server
        .resources()
        .change(
            place("batch/v1", "Job", job),
            "status",
            object -> object.set("status", Serialization.unmarshal(status, ObjectNode.class)),
            HAND);
  }

  private void change(String job, String status) {
    server
        .resources()
        .change(
            place("v1", "Pod", job + "-0-abcde"),
            "status",
            pod -> pod.set("status", Serialization.unmarshal(status, ObjectNode.class)),
            HAND);
  }

  /** Somebody's finalizer keeps the pod, whatever becomes of it. */
  void keepPod(String job) {
    server
        .resources()
        .change(
            place("v1", "Pod", job + "-0-abcde"),
            "",
            pod -> {
              pod.withObject("/metadata").withArray("/finalizers").add("example.com/archive");
              return pod;
            },
            HAND);
  }

  /** Waits until the pod is told to go. */
  void awaitPodDeletion(String job) {
    await()
        .atMost(LIMIT)
        .until(() ->
            server
                .resources()
                .get(place("v1", "Pod", job + "-0-abcde"))
                .map(pod -> pod.path("metadata").has("deletionTimestamp"))
                .orElse(true));
  }

  /** The kubelet has ended it: the pod is gone, unless garbage collection was faster. */
  void removePod(String job) {
    Place pod = place("v1", "Pod", job + "-0-abcde");
    if (server.resources().get(pod).isPresent()) {
      server.resources().delete(pod, DeleteOptions.atOnce());
    }
  }

  /** Waits until the pod is told to go, and lets it go. */
  void letGo(String job) {
    awaitPodDeletion(job);
    removePod(job);
  }

  /** Waits for a run, whichever there is. */
  LoadTestRun awaitRun(Predicate<LoadTestRun> what) {
    return await()
        .atMost(LIMIT)
        .until(
            () -> runs().stream().filter(run -> run.getStatus() != null).filter(what).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** Waits for a run whose status says this somewhere. */
  LoadTestRun awaitStatus(String words) {
    return awaitRun(run -> run.getStatus().toString().contains(words));
  }

  LoadTestRun awaitFinished() {
    return awaitRun(run -> run.getStatus().completionTime() != null);
  }

  LoadTest awaitTest(String name, Predicate<LoadTest> what) {
    return await()
        .atMost(LIMIT)
        .until(
            () -> Optional.of(test(name)).filter(test -> test.getStatus() != null).filter(what),
            Optional::isPresent)
        .orElseThrow();
  }

  /** Lets time pass, and has all runs and tests looked at. */
  void pass(Duration time) {
    clock.advance(time);
    // A pod that comes and goes has its run looked at.
    lookAtRuns();
    for (ObjectNode test : list(api(), Api.LOAD_TEST)) {
      // Only a new generation has a test looked at.
      int limit = test.path("spec").path("successfulRunsHistoryLimit").asInt();
      changeTest(
          test.path("metadata").path("name").asText(),
          object -> {
            object.withObject("/spec").put("successfulRunsHistoryLimit", limit + 1);
            return object;
          });
    }
    for (ObjectNode pod : list("v1", "Pod")) {
      server
          .resources()
          .change(
              place("v1", "Pod", pod.path("metadata").path("name").asText()),
              "",
              LocalCluster::touched,
              HAND);
    }
    for (ObjectNode job : list("batch/v1", "Job")) {
      server
          .resources()
          .change(
              place("batch/v1", "Job", job.path("metadata").path("name").asText()),
              "",
              LocalCluster::touched,
              HAND);
    }
  }

  private void lookAtRuns() {
    runs().forEach(run -> look(run.getMetadata().getName()));
  }

  /** Has this run looked at. */
  void look(String run) {
    String name = "passing-" + System.nanoTime();
    ObjectNode pod = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata").put("name", name);
    metadata.putObject("labels").put(Api.RUN_LABEL, run);
    pod.putObject("spec").putArray("containers").addObject().put("name", "a").put("image", "b");
    server.resources().create(type("v1", "Pod"), NAMESPACE, pod, HAND);
    server.resources().delete(place("v1", "Pod", name), DeleteOptions.atOnce());
  }

  private static ObjectNode touched(ObjectNode object) {
    object.withObject("/metadata/annotations").put("touched", Long.toString(System.nanoTime()));
    return object;
  }

  static Condition condition(List<Condition> conditions, String type) {
    return conditions.stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow();
  }

  /** The condition in short: type=status/reason. */
  static String shown(List<Condition> conditions, Enum<?> type) {
    Condition condition = condition(conditions, type.name());
    return condition.getStatus() + "/" + condition.getReason();
  }
}
