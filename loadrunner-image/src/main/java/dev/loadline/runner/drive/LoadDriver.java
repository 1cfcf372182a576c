package dev.loadline.runner.drive;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult.Generator;
import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Limit;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.http.ConnectionReuse;
import dev.loadline.runner.http.Endpoint;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.LoadClient;
import dev.loadline.runner.http.RequestEncoder;
import dev.loadline.runner.prompt.PromptSource;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Applies a plan's load, stage after stage, over all of the given event loops. One thread calls
 * {@link #run} once; everything else may be called from any thread.
 */
public final class LoadDriver {
  /** Beyond the time that one connection may take: they are opened a few at a time. */
  private static final Duration PREWARM = Duration.ofSeconds(20);

  private static final long NOT_YET = Long.MIN_VALUE;

  /**
   * What all loops together have ready of requests, unless that is fewer than one for each: 15 of
   * 100,000 tokens. A collection of garbage copies what is ready, and all loops wait for it.
   */
  private static final long READY_BYTES = 8 << 20;

  private final RunPlan plan;
  private final Endpoint endpoint;
  private final RequestEncoder encoder;
  private final PromptSource prompts;
  private final Optional<Replay> replay;
  private final EventLoops eventLoops;
  private final Clocks clocks;
  private final Spending spending;
  private final Runnable loadStarts;
  private final List<StageResult> results = new ArrayList<>();
  private final List<Progress> rested = new ArrayList<>();
  private final AtomicLong startedMillis = new AtomicLong(NOT_YET);
  private Generator generator;
  private boolean cutByStop;
  private volatile boolean stopping;
  private volatile @Nullable Throwable failure;
  private volatile @Nullable StageRun current;

  /**
   * A driver of one load.
   *
   * @param plan the load; complete and valid
   * @param endpoint where it goes
   * @param encoder makes the requests
   * @param prompts what they ask
   * @param replay the trace that is replayed; there if a stage of the plan replays one
   * @param eventLoops carry it, one per core given to the load; not closed here
   * @param clocks the monotonic one must be the client's
   * @param spending what the load may spend
   * @param loadStarts called by the driving thread right before the first request
   */
  public LoadDriver(
      RunPlan plan,
      Endpoint endpoint,
      RequestEncoder encoder,
      PromptSource prompts,
      Optional<Replay> replay,
      EventLoops eventLoops,
      Clocks clocks,
      Spending spending,
      Runnable loadStarts) {
    this.plan = plan;
    this.endpoint = endpoint;
    this.encoder = encoder;
    this.prompts = prompts;
    this.replay = replay;
    this.eventLoops = eventLoops;
    this.clocks = clocks;
    this.spending = spending;
    this.loadStarts = loadStarts;
    generator = new GeneratorHealth(eventLoops.all().size(), GcPauses.UNKNOWN).result();
  }

  /**
   * What keeps this machine from applying a plan's load: sentences for the user, each of which
   * begins with the field; empty if nothing does. May look the target's host up, blocking.
   */
  public static Optional<String> obstacle(RunPlan plan, Endpoint endpoint) {
    List<String> problems = ConnectionBudget.ofThisProcess().problems(plan, endpoint.host());
    return problems.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", problems));
  }

  /**
   * Runs the stages in order, until the last has ended, a limit is reached, or the load is stopped.
   *
   * @throws IllegalArgumentException with a sentence for the user if the plan or the endpoint's TLS
   *     settings are unusable
   * @throws java.io.UncheckedIOException if a file of the workload cannot be read any more
   */
  public LoadReport run() throws InterruptedException {
    List<LoadLoop> loops = new ArrayList<>();
    try (GcPauses pauses = GcPauses.listen();
        RequestMaker maker = RequestMaker.start(this::failed)) {
      GeneratorHealth health = new GeneratorHealth(eventLoops.all().size(), pauses);
      HealthReadings readings = new HealthReadings(loopThreads());
      for (LoadClient client : LoadClient.onEach(eventLoops, endpoint)) {
        loops.add(loop(client, loops.size(), maker));
      }
      for (int i = 0; i < plan.load().stages().size() && goesOn(); i++) {
        stage(
            new StageShape(plan, i, loops.size(), serviceNanos(), replay), loops, health, readings);
      }
    } finally {
      finished();
      loops.forEach(LoadLoop::close);
    }
    switch (failure) {
      case RuntimeException defect -> throw defect;
      case Error defect -> throw defect;
      case null, default -> {}
    }
    return reportSoFar();
  }

  private boolean goesOn() {
    return !stopping && spending.allowsMore(clocks.now());
  }

  private List<Long> loopThreads() {
    return eventLoops.all().stream()
        .map(loop ->
            CompletableFuture.supplyAsync(() -> Thread.currentThread().threadId(), loop).join())
        .toList();
  }

  /** Mean time that a request took in the last stage of which that is known. */
  private OptionalLong serviceNanos() {
    return results.reversed().stream()
        .flatMap(stage -> Optional.ofNullable(stage.latencies().get(Metric.e2e)).stream())
        .mapToLong(Latency::mean)
        .map(TimeUnit.MICROSECONDS::toNanos)
        .findFirst();
  }

  /** No more requests can be made. */
  private void failed(Throwable cause) {
    failure = cause;
    stop();
  }

  /**
   * What came of the load until now: the stages that have ended and the generator's health in them.
   */
  public synchronized LoadReport reportSoFar() {
    long started = startedMillis.get();
    boolean isWhole =
        results.size() == plan.load().stages().size()
            && results.stream().allMatch(stage -> stage.window().complete());
    Optional<Limit> limit = isWhole ? Optional.empty() : spending.reached();
    return new LoadReport(
        started == NOT_YET ? OptionalLong.empty() : OptionalLong.of(started),
        results,
        generator,
        limit,
        cutByStop || (!isWhole && limit.isEmpty()));
  }

  private LoadLoop loop(LoadClient client, int index, RequestMaker maker) {
    int loops = eventLoops.all().size();
    EventLoop eventLoop = eventLoops.all().get(index);
    RequestSource source = new RequestSource(prompts.share(index, loops), encoder);
    RequestQueue requests =
        new RequestQueue(
            source, maker, task -> LoadLoop.nextTurn(eventLoop, task), READY_BYTES / loops);
    maker.fill(requests);
    return new LoadLoop(eventLoop, client, reuse(), requests);
  }

  private ConnectionReuse reuse() {
    return ConnectionReuse.named(plan.load().connectionReuse())
        .orElseThrow(() ->
            new IllegalArgumentException(
                "load.connectionReuse: \"" + plan.load().connectionReuse() + "\" is not known"));
  }

  private void stage(
      StageShape shape, List<LoadLoop> loops, GeneratorHealth health, HealthReadings readings)
      throws InterruptedException {
    prepare(shape, loops);
    if (!goesOn()) {
      return;
    }
    if (shape.index() == 0) {
      loadStarts.run();
    }
    StageRun run = new StageRun(shape, loops, clocks, spending, this::firstRequest);
    current = run;
    if (stopping) {
      run.stop();
    }
    StageResult result = run.run(health, readings);
    ended(result, run, health.result());
  }

  private void firstRequest() {
    startedMillis.compareAndSet(NOT_YET, clocks.wall().millis());
  }

  private synchronized void ended(StageResult result, StageRun run, Generator health) {
    results.add(result);
    rested.add(run.progress().endedWith(result));
    cutByStop |= run.wasCutByStop();
    generator = health;
  }

  /**
   * Opens connections; those that do not open in time will open with their request, or fail. Before
   * that, what has died so far is collected: it takes tens of milliseconds, which no window should
   * have to bear, and the stages begin alike.
   */
  private void prepare(StageShape shape, List<LoadLoop> loops) throws InterruptedException {
    System.gc();
    CountDownLatch ready = new CountDownLatch(loops.size());
    for (int i = 0; i < loops.size(); i++) {
      var _ = loops.get(i).prepare(shape.connectionsOf(i)).thenRun(ready::countDown);
    }
    long deadline =
        Math.min(
            spending.endsNanos(),
            clocks.now() + endpoint.timeouts().connect().plus(PREWARM).toNanos());
    while (!stopping && !ready.await(50, TimeUnit.MILLISECONDS) && clocks.now() < deadline) {
      // A stop must not wait for the connections.
    }
    loops.forEach(LoadLoop::endPreparation);
  }

  /**
   * Stops the load: nothing more is sent, what is in flight is cut, and {@link #run} returns with
   * what was measured until now.
   */
  public synchronized void stop() {
    stopping = true;
    StageRun running = current;
    if (running != null) {
      running.stop();
    }
  }

  private synchronized void finished() {
    current = null;
  }

  /** How far the load is; empty before its first stage and after its last. */
  public Optional<Progress> progress() {
    return Optional.ofNullable(current).map(StageRun::progress);
  }

  /** The last progress of each stage that has ended, in order; nothing of it changes any more. */
  public synchronized List<Progress> endedStages() {
    return List.copyOf(rested);
  }
}
