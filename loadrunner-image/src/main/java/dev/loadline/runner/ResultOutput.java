package dev.loadline.runner;

import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.ResultCodec;
import dev.loadline.runner.contract.RunPlan.JudgedMetric;
import dev.loadline.runner.contract.RunResult;
import dev.loadline.runner.contract.RunResult.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out the result, once: to the termination log in its short form, and as the last line of
 * standard output in full. Whoever comes second, the main thread or the one that a signal woke,
 * waits until the first is done and writes nothing.
 */
final class ResultOutput {
  private static final Logger LOG = LoggerFactory.getLogger(ResultOutput.class);

  private final Optional<Path> terminationLog;
  private final PrintStream out;
  private final Duration patience;
  private final ReentrantLock writing = new ReentrantLock();
  private volatile @Nullable Outcome written;

  /**
   * An output.
   *
   * @param patience how long one who comes second waits for the first
   */
  ResultOutput(Optional<Path> terminationLog, PrintStream out, Duration patience) {
    this.terminationLog = terminationLog;
    this.out = out;
    this.patience = patience;
  }

  /** Writes the result of a run without a plan, unless one was written. */
  void write(RunResult result) {
    write(result, List.of());
  }

  /**
   * Writes the result unless one was written.
   *
   * @param judged what its short form leaves out last
   */
  void write(RunResult result, List<JudgedMetric> judged) {
    if (!mayWrite()) {
      return;
    }
    try {
      if (written == null) {
        handOut(result, judged);
        written = result.outcome();
      }
    } finally {
      writing.unlock();
    }
  }

  private boolean mayWrite() {
    try {
      return writing.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void handOut(RunResult result, List<JudgedMetric> judged) {
    terminationLog.ifPresent(file -> writeTo(file, ResultCodec.encode(result, judged)));
    LOG.atInfo()
        .addKeyValue("outcome", result.outcome())
        .addKeyValue("stages", result.stages().size())
        .addKeyValue("reconnects", result.generator().reconnects())
        .log("result written");
    out.println(ContractJson.write(result));
    out.flush();
  }

  /** The outcome of the result that was written; empty until it is there in full. */
  Optional<Outcome> written() {
    return Optional.ofNullable(written);
  }

  private static void writeTo(Path file, String text) {
    try {
      Files.write(file, text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("reason", e.getClass().getSimpleName())
          .log("the result cannot be written there; it is the last line of the log");
    }
  }
}
