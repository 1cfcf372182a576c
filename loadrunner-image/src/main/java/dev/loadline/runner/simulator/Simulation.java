package dev.loadline.runner.simulator;

import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/** The state that all connections of one simulator share; confined to its one event loop. */
final class Simulation {
  private final SimulatorSettings settings;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final long startNanos;
  private final Truth truth = new Truth();
  private final PrefixCache prefixCache = new PrefixCache();
  private final VllmMetrics metrics;
  private final RequestReader reader;
  private final Admission admission;
  private final SplittableRandom random;

  /**
   * A simulation that starts now.
   *
   * @param nanoTime the monotonic clock
   * @param clock for {@code created} fields
   */
  Simulation(SimulatorSettings settings, LongSupplier nanoTime, InstantSource clock) {
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.clock = clock;
    startNanos = nanoTime.getAsLong();
    metrics = new VllmMetrics(settings.model());
    reader = new RequestReader(settings);
    admission = new Admission(settings.timing().concurrency());
    random = new SplittableRandom(settings.timing().seed());
  }

  SimulatorSettings settings() {
    return settings;
  }

  LongSupplier nanoTime() {
    return nanoTime;
  }

  InstantSource clock() {
    return clock;
  }

  Truth truth() {
    return truth;
  }

  RequestReader reader() {
    return reader;
  }

  /** What was sent so far. */
  TruthReport report() {
    return truth.report(admission.running(), admission.waiting());
  }

  /** The metrics page. */
  Page metricsPage() {
    return metrics.page();
  }

  /** True while it pretends to load its model. */
  boolean isStarting() {
    return nanoTime.getAsLong() - startNanos < settings.timing().startupDelay().toNanos();
  }

  /**
   * Takes a request for text.
   *
   * @return the answer on its way; empty if it has been answered already
   * @throws RefusedRequest if it cannot be answered
   */
  Optional<Generation> complete(boolean chat, byte[] body, Exchange exchange, EventExecutor loop) {
    CompletionRequest request = reader.completion(chat, body);
    SplittableRandom draws = random.split();
    Script script = Script.draw(request, settings, draws);
    Optional<Fault> immediate = script.fault().filter(Fault::isImmediate);
    if (immediate.isPresent()) {
      truth.failed(immediate.get().faultName());
      exchange.respond(Page.of(ApiError.of(immediate.get(), settings)));
      return Optional.empty();
    }
    RequestRecord record =
        new RequestRecord(truth, metrics, request.stream(), exchange.arrivalNanos());
    Answer answer = answer(request, script, exchange, draws);
    Generation generation =
        new Generation(this, script, answer, exchange, record, draws, loop, request.stream());
    admission.enter(generation);
    showLoad();
    return Optional.of(generation);
  }

  private Answer answer(
      CompletionRequest request, Script script, Exchange exchange, SplittableRandom draws) {
    int tokens = request.prompt().tokens();
    int cached = settings.prefixCache() ? prefixCache.lookUp(request.prompt()) : -1;
    truth.accepted(tokens, cached);
    metrics.promptTokens.inc(tokens);
    if (cached >= 0) {
      metrics.cacheQueries.inc(tokens);
      metrics.cacheHits.inc(cached);
    }
    ChunkFormat.Labels labels =
        new ChunkFormat.Labels(
            "%s-%016x".formatted(request.chat() ? "chatcmpl" : "cmpl", draws.nextLong()),
            clock.instant().getEpochSecond(),
            settings.model(),
            script.finishReason(),
            cached,
            settings.output().factors());
    if (!request.stream()) {
      return new WholeAnswer(exchange, request, labels, draws, nanoTime);
    }
    ChunkFormat format = new ChunkFormat(request, settings.output(), labels);
    return new StreamedAnswer(exchange, format, draws, nanoTime);
  }

  /** A place is free since that instant. */
  void leave(long nanos) {
    admission.leave(nanos);
    showLoad();
  }

  /** One who waited has left. */
  void withdraw(Generation generation) {
    admission.withdraw(generation);
    showLoad();
  }

  private void showLoad() {
    metrics.running.set(admission.running());
    metrics.waiting.set(admission.waiting());
  }
}
