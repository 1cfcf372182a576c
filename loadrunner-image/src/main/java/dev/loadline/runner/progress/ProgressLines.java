package dev.loadline.runner.progress;

import dev.loadline.runner.drive.Progress;
import dev.loadline.runner.measure.LiveSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes a run's stages and its progress into the log. Figures are of the stage so far, its warm-up
 * included; times to the first token are of its window once that has begun.
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
      figures(stage).log("stage finished");
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
        .addKeyValue("done", percent(view.ratio(stage)))
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
            .addKeyValue("tokensPerSecond", tokensPerSecond(stage));
    line = with(line, "ttftP50Millis", figures.ttftMicros(50));
    line = with(line, "ttftP95Millis", figures.ttftMicros(95));
    line = with(line, "ttftScheduledP50Millis", figures.ttftScheduledMicros(50));
    return with(line, "ttftScheduledP95Millis", figures.ttftScheduledMicros(95));
  }

  private static LoggingEventBuilder with(
      LoggingEventBuilder line, String key, OptionalLong micros) {
    return micros.isEmpty() ? line : line.addKeyValue(key, millis(micros.getAsLong()));
  }

  static long tokensPerSecond(Progress stage) {
    long millis = stage.inStage().toMillis();
    return millis == 0 ? 0 : stage.figures().tokens() * 1000 / millis;
  }

  static String percent(double ratio) {
    return (int) (ratio * 100) + "%";
  }

  static double millis(long micros) {
    return Math.round(micros / 100.0) / 10.0;
  }
}
