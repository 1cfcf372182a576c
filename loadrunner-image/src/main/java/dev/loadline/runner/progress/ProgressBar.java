package dev.loadline.runner.progress;

import dev.loadline.runner.drive.Progress;
import dev.loadline.runner.measure.LiveSnapshot;
import java.io.PrintStream;
import java.util.Locale;
import java.util.OptionalLong;

/** One line at the bottom of a terminal that says how far a run is. */
public final class ProgressBar {
  private static final int WIDTH = 24;

  private final RunView view;
  private final PrintStream terminal;
  private final String wipe;

  /**
   * A bar.
   *
   * @param wipe what wipes the line that the bar is on
   */
  public ProgressBar(RunView view, PrintStream terminal, String wipe) {
    this.view = view;
    this.terminal = terminal;
    this.wipe = wipe;
  }

  /** Draws the bar anew; to be called about once a second. */
  public void draw() {
    view.look().ifPresent(progress -> print(wipe + text(progress)));
  }

  /** Wipes it away. */
  public void remove() {
    print(wipe);
  }

  private void print(String text) {
    terminal.print(text);
    terminal.flush();
  }

  String text(Progress stage) {
    double ratio = view.ratio(stage);
    int full = (int) (ratio * WIDTH);
    LiveSnapshot figures = stage.figures();
    return "[%s%s] %s of the run  %s %d/%d %s  %d requests  %d errors  %d tokens/s%s"
        .formatted(
            "█".repeat(full),
            "·".repeat(WIDTH - full),
            ProgressLines.percent(ratio),
            stage.stage(),
            stage.index() + 1,
            stage.stages(),
            stage.phase().name().toLowerCase(Locale.ROOT),
            figures.completed() + figures.failed(),
            figures.failed(),
            stage.tokensPerSecond(),
            percentiles("TTFT", figures.ttftMicros(50), figures.ttftMicros(95))
                + percentiles(
                    "scheduled", figures.ttftScheduledMicros(50), figures.ttftScheduledMicros(95)));
  }

  private static String percentiles(String name, OptionalLong p50, OptionalLong p95) {
    return p50.isEmpty() || p95.isEmpty()
        ? ""
        : "  %s p50 %s p95 %s ms"
            .formatted(
                name, ProgressLines.millis(p50.getAsLong()), ProgressLines.millis(p95.getAsLong()));
  }
}
