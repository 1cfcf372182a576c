package dev.loadline.runner;

import dev.loadline.runner.progress.ProgressBar;
import dev.loadline.runner.progress.ProgressLines;
import dev.loadline.runner.progress.RunView;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Tells how a run goes while it goes: a log line every ten seconds, or a bar on a terminal. A
 * thread of its own looks at the run a few times a second.
 */
final class Narrator {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 250;
  private static final long DRAW_MILLIS = 500;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("progress").unstarted(task));
  private final ProgressLines lines;
  private final Optional<ProgressBar> bar;

  /** Begins to tell, with a bar if standard output is a terminal that shows text. */
  Narrator(RunView view, LogSettings log, PrintStream out) {
    bar =
        log.terminal()
            ? Optional.of(new ProgressBar(view, out, LogSettings.WIPE))
            : Optional.empty();
    lines =
        new ProgressLines(view, bar.isPresent() ? Optional.empty() : Optional.of(BETWEEN_LINES));
    every(LOOK_MILLIS, lines::look);
    bar.ifPresent(drawn -> every(DRAW_MILLIS, drawn::draw));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // It ends with the executor.
  private void every(long millis, Runnable task) {
    thread.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Tells the end. */
  void stop() {
    thread.close();
    bar.ifPresent(ProgressBar::remove);
    lines.look();
  }
}
