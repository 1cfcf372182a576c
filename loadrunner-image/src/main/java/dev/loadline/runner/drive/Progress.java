package dev.loadline.runner.drive;

import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.measure.LiveSnapshot;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a run is; a snapshot that is at most a quarter of a second old.
 *
 * @param stage name of the stage that runs
 * @param index its index, from 0
 * @param stages how many stages the plan has
 * @param phase what the stage does
 * @param inStage time since the stage began to send
 * @param sending how long it sends, warm-up and window; absent where a number of requests closes
 *     the window
 * @param requestsEnded requests sent in the window that have ended
 * @param requestsWanted how many of them close the window; absent where a duration does
 * @param figures what the stage has done so far
 * @param tokensPerSecond output tokens per second since the stage began to send, until its window
 *     closes and from then on as it was
 * @param result what came of the stage, once it has ended
 */
public record Progress(
    String stage,
    int index,
    int stages,
    Phase phase,
    Duration inStage,
    Optional<Duration> sending,
    long requestsEnded,
    OptionalLong requestsWanted,
    LiveSnapshot figures,
    long tokensPerSecond,
    Optional<StageResult> result) {

  /** The same of a stage that has ended with this result. */
  Progress endedWith(StageResult ended) {
    return new Progress(
        stage,
        index,
        stages,
        phase,
        inStage,
        sending,
        requestsEnded,
        requestsWanted,
        figures,
        tokensPerSecond,
        Optional.of(ended));
  }

  /** What a stage does, in this order. */
  public enum Phase {
    /** Sends, and does not measure yet. */
    WARMUP,
    /** Sends and measures. */
    WINDOW,
    /** Waits for what is in flight. */
    DRAIN
  }
}
