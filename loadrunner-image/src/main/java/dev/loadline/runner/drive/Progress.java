package dev.loadline.runner.drive;

import dev.loadline.runner.measure.LiveSnapshot;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * How far a run is; a snapshot that is at most a quarter of a second old.
 *
 * @param stage name of the stage that runs
 * @param index its index, from 0
 * @param stages how many stages the plan has
 * @param phase what the stage does
 * @param inStage time since the stage began to send
 * @param requestsEnded requests sent in the window that have ended
 * @param requestsWanted how many of them close the window; absent where a duration does
 * @param figures what the stage has done so far
 */
public record Progress(
    String stage,
    int index,
    int stages,
    Phase phase,
    Duration inStage,
    long requestsEnded,
    OptionalLong requestsWanted,
    LiveSnapshot figures) {

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
