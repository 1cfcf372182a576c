package dev.loadline.runner.drive;

import dev.loadline.runner.contract.RunPlan.Shape;
import java.util.concurrent.TimeUnit;

/**
 * Users with one request in flight each: an answer's end, and a pause to think, bring the next
 * request. First sends are spread over a while, since users in lockstep would measure how the
 * client writes and the server queues one burst after the other.
 *
 * <p>A user whose request failed pauses ({@link Shape.Closed#PAUSE_AFTER_FAILURE_MILLIS}): a target
 * that refuses in no time must not be flooded at the speed of the refusals.
 */
final class ClosedLoop implements Traffic {
  private static final long AFTER_FAILURE_NANOS =
      TimeUnit.MILLISECONDS.toNanos(Shape.Closed.PAUSE_AFTER_FAILURE_MILLIS);

  private final int users;
  private final int loop;
  private final int loops;
  private final long thinkNanos;
  private final long spreadNanos;

  /**
   * The users of one loop: those whose number modulo the number of loops is the loop's.
   *
   * @param users users on all loops together
   * @param loop index of this loop
   * @param loops how many loops
   * @param thinkNanos pause between an answer's end and the next request
   * @param spreadNanos time over which the first sends of all users are spread
   */
  ClosedLoop(int users, int loop, int loops, long thinkNanos, long spreadNanos) {
    this.users = users;
    this.loop = loop;
    this.loops = loops;
    this.thinkNanos = thinkNanos;
    this.spreadNanos = spreadNanos;
  }

  /** How many of the users are a loop's. */
  static int usersOf(int users, int loop, int loops) {
    return (users - loop + loops - 1) / loops;
  }

  @Override
  public void start(StageLoop stage, long startNanos) {
    for (int user = loop; user < users; user += loops) {
      long offset = (long) ((double) spreadNanos * user / users);
      new User(stage).sendAt(Clocks.later(startNanos, offset));
    }
  }

  /** A user who is late has no schedule to catch up with. */
  @Override
  public void sendDue(StageLoop stage) {}

  private final class User implements StageLoop.End {
    private final StageLoop stage;
    private long intendedNanos;

    private User(StageLoop stage) {
      this.stage = stage;
    }

    private void sendAt(long nanos) {
      intendedNanos = nanos;
      stage.at(nanos, this::send);
    }

    private void send() {
      if (stage.takes(stage.now())) {
        stage.send(intendedNanos, this);
      }
    }

    @Override
    public void ended(boolean success, long attemptNanos, long endNanos) {
      long next = Clocks.later(endNanos, thinkNanos);
      sendAt(success ? next : Math.max(next, attemptNanos + AFTER_FAILURE_NANOS));
    }
  }
}
