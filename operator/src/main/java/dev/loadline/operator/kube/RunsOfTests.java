package dev.loadline.operator.kube;

import dev.loadline.operator.api.Api;
import dev.loadline.operator.api.LoadTest;
import dev.loadline.operator.api.LoadTestRun;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The runs of each test, out of the cache of the runs' own controller: thousands of finished ones
 * may be kept, and a watch of the tests' controller would read and hold each a second time.
 */
final class RunsOfTests extends AbstractEventSource<LoadTestRun, LoadTest> {
  private static final String INDEX = "test";

  private volatile boolean filled;
  private volatile Optional<IndexerResourceCache<LoadTestRun>> cache = Optional.empty();

  RunsOfTests() {
    super(LoadTestRun.class, "runs");
  }

  /**
   * From now on the runs are those of this cache, which is not filled yet.
   *
   * @return hears of each change that the watch brings; to be an event source of the runs'
   *     controller
   */
  EventSource<Void, LoadTestRun> through(IndexerResourceCache<LoadTestRun> runs) {
    runs.addIndexer(INDEX, run -> testOf(run).map(RunsOfTests::key).stream().toList());
    cache = Optional.of(runs);
    return new Changes();
  }

  /** The test that a run says it is of. */
  static Optional<ResourceID> testOf(LoadTestRun run) {
    return Optional.ofNullable(run.getMetadata().getLabels())
        .map(labels -> labels.get(Api.TEST_LABEL))
        .map(test -> new ResourceID(test, run.getMetadata().getNamespace()));
  }

  private static String key(ResourceID test) {
    return test.getNamespace().orElse("") + "/" + test.getName();
  }

  /** Whether all runs that there are are known: before that nothing can be said of a test. */
  boolean filled() {
    return filled;
  }

  /** An index knows what the watch has told; this program's own writes are known before. */
  Stream<LoadTestRun> of(LoadTest test) {
    return cache.stream()
        .flatMap(runs ->
            runs.byIndex(INDEX, key(ResourceID.fromResource(test))).stream()
                .flatMap(run -> runs.get(ResourceID.fromResource(run)).stream()));
  }

  @Override
  public Set<LoadTestRun> getSecondaryResources(LoadTest test) {
    return of(test).collect(Collectors.toUnmodifiableSet());
  }

  /** Has the run's test looked at. */
  void changed(LoadTestRun run) {
    if (isRunning()) {
      testOf(run).map(Event::new).ifPresent(getEventHandler()::handleEvent);
    }
  }

  /** What becomes of runs, but for what their own controller writes. */
  private final class Changes extends AbstractEventSource<Void, LoadTestRun>
      implements ResourceEventAware<LoadTestRun> {
    Changes() {
      super(Void.class, "changes");
    }

    /** The framework has filled the controller's own cache before it starts any other source. */
    @Override
    public void start() {
      super.start();
      filled = true;
    }

    @Override
    public Set<Void> getSecondaryResources(LoadTestRun run) {
      return Set.of();
    }

    @Override
    public void onResourceCreated(LoadTestRun run) {
      changed(run);
    }

    @Override
    public void onResourceUpdated(LoadTestRun run, LoadTestRun before) {
      changed(run);
    }

    @Override
    public void onResourceDeleted(LoadTestRun run) {
      changed(run);
    }
  }
}
