package dev.loadline.runner.progress;

import dev.loadline.runner.contract.RunResult.Latency;
import dev.loadline.runner.contract.RunResult.Metric;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.drive.Progress;
import dev.loadline.runner.measure.LiveSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes a run's stages and its progress into the log. While a stage runs, figures are of the stage
 * so far, its warm-up included, and times to the first token of its window once that has begun. Of
 * a stage that has ended they are those of its result.
 */
public final class ProgressLines {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressLines.class);

  private final RunView view;
  private final Optional<Duration> interval;
  private int begun;
  private int finished;
  private Duration nextLine = Duration.ZERO;

  /**
   * Lines about a run.
   *
   * @param interval between two lines within a stage; absent means a stage's begin and end only
   */
  public ProgressLines(RunView view, Optional<Duration> interval) {
    this.view = view;
    this.interval = interval;
  }

  /** Looks and logs what is new; to be called a few times a second. */
  public synchronized void look() {
    Optional<Progress> now = view.look();
    List<Progress> ended = view.finished();
    for (Progress stage : ended.subList(finished, ended.size())) {
      begin(stage);
      stage.result().ifPresent(result -> figures(result).log("stage finished"));
    }
    finished = ended.size();
    now.filter(stage -> stage.index() >= finished).ifPresent(this::running);
  }

  private void running(Progress stage) {
    begin(stage);
    if (interval.isPresent() && stage.inStage().compareTo(nextLine) >= 0) {
      line(stage, interval.get());
    }
  }

  /** A stage may be so short that nobody looks while it runs. */
  private void begin(Progress stage) {
    if (stage.index() < begun) {
      return;
    }
    begun = stage.index() + 1;
    nextLine = interval.orElse(Duration.ZERO);
    LOG.atInfo()
        .addKeyValue("stage", stage.stage())
        .addKeyValue("number", (stage.index() + 1) + "/" + stage.stages())
        .log("stage started");
  }

  private void line(Progress stage, Duration untilNext) {
    nextLine = stage.inStage().plus(untilNext);
    figures(stage)
        .addKeyValue("phase", stage.phase().name().toLowerCase(Locale.ROOT))
        .addKeyValue("runDone", percent(view.ratio(stage)))
        .log("progress");
  }

  private static LoggingEventBuilder figures(Progress stage) {
    LiveSnapshot figures = stage.figures();
    LoggingEventBuilder line =
        LOG.atInfo()
            .addKeyValue("stage", stage.stage())
            .addKeyValue("requests", figures.completed() + figures.failed())
            .addKeyValue("errors", figures.failed())
            .addKeyValue("inFlight", figures.inFlight())
            .addKeyValue("tokensPerSecond", stage.tokensPerSecond());
    line = with(line, "ttftP50Millis", figures.ttftMicros(50));
    line = with(line, "ttftP95Millis", figures.ttftMicros(95));
    line = with(line, "ttftScheduledP50Millis", figures.ttftScheduledMicros(50));
    return with(line, "ttftScheduledP95Millis", figures.ttftScheduledMicros(95));
  }

  private static LoggingEventBuilder figures(StageResult result) {
    LoggingEventBuilder line =
        LOG.atInfo()
            .addKeyValue("stage", result.name())
            .addKeyValue("requests", result.requests().ended())
            .addKeyValue("errors", result.requests().failed())
            .addKeyValue("cut", result.requests().cut())
            .addKeyValue("tokensPerSecond", tokensPerSecond(result));
    line = with(line, "ttft", result.latencies().get(Metric.ttft));
    return with(line, "ttftScheduled", result.latencies().get(Metric.ttftScheduled));
  }

  private static long tokensPerSecond(StageResult result) {
    long micros = result.window().micros();
    return micros == 0 ? 0 : Math.round(result.inWindow().outputTokens() * 1e6 / micros);
  }

  private static LoggingEventBuilder with(
      LoggingEventBuilder line, String name, @Nullable Latency latency) {
    return latency == null
        ? line
        : line.addKeyValue(name + "P50Millis", millis(latency.p50()))
            .addKeyValue(name + "P95Millis", millis(latency.p95()));
  }

  private static LoggingEventBuilder with(
      LoggingEventBuilder line, String key, OptionalLong micros) {
    return micros.isEmpty() ? line : line.addKeyValue(key, millis(micros.getAsLong()));
  }

  static String percent(double ratio) {
    return (int) (ratio * 100) + "%";
  }

  static double millis(long micros) {
    return Math.round(micros / 100.0) / 10.0;
  }
}
