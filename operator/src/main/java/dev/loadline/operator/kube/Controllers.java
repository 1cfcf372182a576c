package dev.loadline.operator.kube;

import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import dev.loadline.operator.plan.Limits;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetricsV2;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Both controllers on the framework: put together, started, asked how they are, stopped. */
public final class Controllers implements AutoCloseable {
  private static final int THREADS = 8;

  /** Objects of a list at the start: thousands in one answer would be held in memory as text. */
  static final long PAGE = 250;

  private static final int MISSED_HEARTBEATS = 2;
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
  private static final Duration LONGEST_SILENCE_OF_TIMERS = Duration.ofMinutes(10);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);
  private static final String FIELD_MANAGER = "loadline";

  private final Seen<LoadTest> tests;
  private final Seen<LoadTestRun> runs;
  private final RunsOfTests runsOfTests = new RunsOfTests();
  private final Operator operator;
  private final LoadTestReconciler testReconciler;
  private final LoadTestRunReconciler runReconciler;
  private final WatchedNamespaces namespaces;
  private final Consumer<String> lost;
  private volatile boolean started;

  /**
   * What the controllers work for.
   *
   * @param namespaces where they look; empty means everywhere
   * @param runner what runner pods get where the test says nothing
   * @param caps no run may spend more
   * @param lost called with the reason when not everything would be seen any more: it has to start
   *     anew
   */
  public record Settings(
      Set<String> namespaces, RunnerDefaults runner, Limits caps, Consumer<String> lost) {
    /** Copies the set. */
    public Settings {
      namespaces = Set.copyOf(namespaces);
    }
  }

  /** Puts them together; the client stays the caller's. */
  public Controllers(
      KubernetesClient client,
      Settings settings,
      Tally tally,
      MeterRegistry meters,
      InstantSource clock,
      LongSupplier nanoTime) {
    this(client, settings, tally, meters, clock, nanoTime, new RunClocks(clock, nanoTime));
  }

  /** The same where runs have another monotonic clock. */
  Controllers(
      KubernetesClient client,
      Settings settings,
      Tally tally,
      MeterRegistry meters,
      InstantSource clock,
      LongSupplier nanoTime,
      RunClocks runClocks) {
    this.tests = new Seen<>(test -> true, nanoTime);
    this.runs = new Seen<>(run -> TestRuns.finishedAt(run).isEmpty(), nanoTime);
    this.operator = new Operator(overrider -> framework(overrider, client, settings, meters));
    this.lost = settings.lost();
    this.namespaces = new WatchedNamespaces(client, settings.namespaces(), WatchedNamespaces.PAUSE);
    Events events = new Events(client, clock);
    Watching watching = new Watching(clock);
    this.testReconciler =
        new LoadTestReconciler(
            new TestRunStarter(events),
            events,
            tally,
            runsOfTests,
            tests,
            watching,
            clock,
            nanoTime,
            settings.caps());
    TargetClaims targets = new TargetClaims(clock);
    this.runReconciler =
        new LoadTestRunReconciler(
            actions(settings, events, tally, targets, watching),
            new FailedPasses(events),
            targets,
            runsOfTests,
            runs,
            new ClockSteps<>(runs::stream, clock, nanoTime),
            runClocks);
  }

  private RunActions actions(
      Settings settings, Events events, Tally tally, TargetClaims targets, Watching watching) {
    return new RunActions(
        new RunnerJob(settings.runner()),
        events,
        tally,
        targets,
        new RunAdmission(targets, watching, settings.caps(), tests::find),
        runsOfTests::changed);
  }

  private static void framework(
      ConfigurationServiceOverrider overrider,
      KubernetesClient client,
      Settings settings,
      MeterRegistry meters) {
    overrider
        .withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withConcurrentReconciliationThreads(THREADS)
        .withResourceCloner(Controllers::uncopied)
        .withReconciliationTerminationTimeout(STOP_PATIENCE)
        .withMetrics(MicrometerMetricsV2.newBuilder(meters).build())
        .withInformerStoppedHandler((informer, failure) -> {
          if (failure != null) {
            settings.lost().accept("a watch on the API server ended for good");
          }
        });
  }

  /** No pass changes what it is given, so that a copy by way of JSON for each is needless. */
  private static <R extends HasMetadata> R uncopied(R cached) {
    return cached;
  }

  private static <P extends HasMetadata> void configure(
      ControllerConfigurationOverrider<P> overrider, Set<String> namespaces) {
    overrider
        .withFieldManager(FIELD_MANAGER)
        .withRetry(
            new GenericRetry()
                .setInitialInterval(Duration.ofMillis(500))
                .setIntervalMultiplier(2)
                .setMaxInterval(LONGEST_RETRY.toMillis())
                .withoutMaxAttempts())
        .withInformerListLimit(PAGE)
        .withReconciliationMaxInterval(LONGEST_SILENCE_OF_TIMERS);
    if (namespaces.isEmpty()) {
      overrider.watchingAllNamespaces();
    } else {
      overrider.settingNamespaces(namespaces);
    }
  }

  /** Starts them; returns when their caches are filled. */
  public void start() {
    Set<String> readable =
        namespaces.readable(() -> lost.accept("one more of the namespaces to watch can be read"));
    operator.register(testReconciler, overrider -> configure(overrider, readable));
    operator.register(runReconciler, overrider -> configure(overrider, readable));
    operator.start();
    tests.beat();
    runs.beat();
    started = true;
  }

  /** All tests in the cache, not to be changed; none until it is filled. */
  public List<LoadTest> tests() {
    return started ? tests.all() : List.of();
  }

  /** All runs in the cache, not to be changed; none until it is filled. */
  public List<LoadTestRun> runs() {
    return started ? runs.all() : List.of();
  }

  /** Why the process should be started anew; empty while the controllers do their work. */
  public Optional<String> stuck() {
    if (!started) {
      return Optional.empty();
    }
    Duration longest = Requeue.LONGEST.multipliedBy(MISSED_HEARTBEATS);
    return tests.stuck("LoadTests", longest).or(() -> runs.stuck("LoadTestRuns", longest));
  }

  /** Whether all caches are filled and followed. */
  public boolean ready() {
    return operator.getRuntimeInfo().isStarted()
        && operator.getRuntimeInfo().allEventSourcesAreHealthy();
  }

  @Override
  public void close() {
    namespaces.close();
    operator.stop();
  }
}
