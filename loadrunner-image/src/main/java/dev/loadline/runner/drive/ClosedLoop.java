package dev.loadline.runner.drive;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.Workload.Turns;
import dev.loadline.runner.http.AnswerText;
import dev.loadline.runner.http.Lane;
import dev.loadline.runner.prompt.Answer;
import dev.loadline.runner.prompt.Sampler;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Users with one request in flight each: an answer's end, and a pause to think, bring the next turn
 * of the user's conversation, or the first one of another. First sends are spread over a while,
 * since users in lockstep would measure how the client writes and the server queues one burst after
 * the other.
 *
 * <p>A user whose request failed gives its conversation up and pauses ({@link
 * Shape.Closed#PAUSE_AFTER_FAILURE_MILLIS}): a target that refuses in no time must not be flooded
 * at the speed of the refusals.
 */
final class ClosedLoop implements Traffic {
  private static final long AFTER_FAILURE_NANOS =
      TimeUnit.MILLISECONDS.toNanos(Shape.Closed.PAUSE_AFTER_FAILURE_MILLIS);

  private final UserRamp ramp;
  private final int loop;
  private final int loops;
  private final Pauses pauses;

  /**
   * The users of one loop: those whose number modulo the number of loops is the loop's.
   *
   * @param ramp users on all loops together
   * @param loop index of this loop
   * @param loops how many loops
   * @param pauses how long they think
   */
  ClosedLoop(UserRamp ramp, int loop, int loops, Pauses pauses) {
    this.ramp = ramp;
    this.loop = loop;
    this.loops = loops;
    this.pauses = pauses;
  }

  /**
   * How long users think, milliseconds.
   *
   * @param between before a conversation's first turn
   * @param turns before its others; absent if conversations have one turn
   * @param seed of the stage; each user has a sequence of its own
   */
  record Pauses(Distribution between, Optional<Turns> turns, long seed) {
    /** How long a user thinks in the mean, before a turn if there are turns. */
    long meanNanos() {
      double millis =
          switch (turns.map(Turns::thinkTimeMillis).orElse(between)) {
            case Distribution.Fixed fixed -> fixed.value();
            case Distribution.Normal normal -> normal.mean();
            case Distribution.Lognormal lognormal -> lognormal.mean();
            case Distribution.Uniform uniform -> ((double) uniform.min() + uniform.max()) / 2;
            case Distribution.Exponential exponential -> exponential.mean();
          };
      return (long) (millis * TimeUnit.MILLISECONDS.toNanos(1));
    }

    private static long nanos(Distribution law, SplittableRandom random) {
      return TimeUnit.MILLISECONDS.toNanos(Sampler.next(law, random));
    }
  }

  @Override
  public void start(StageLoop stage, long startNanos) {
    for (int user = loop; user < ramp.most(); user += loops) {
      new User(stage, user, Clocks.later(startNanos, ramp.endsNanos(user)))
          .sendAt(Clocks.later(startNanos, ramp.beginsNanos(user)));
    }
  }

  /** A user who is late has no schedule to catch up with. */
  @Override
  public boolean isBehind(StageLoop stage) {
    return false;
  }

  @Override
  public void giveUp(StageLoop stage) {}

  private final class User implements Sender {
    private final StageLoop stage;
    private final long endsNanos;
    private final SplittableRandom random;
    private final Lane lane;
    private final Optional<AnswerText> text = pauses.turns().map(_ -> new AnswerText());
    private Optional<Turn> turn = Optional.empty();
    private long intendedNanos;

    private User(StageLoop stage, int number, long endsNanos) {
      this.stage = stage;
      this.endsNanos = endsNanos;
      random = new SplittableRandom(Seeds.user(pauses.seed(), number));
      lane = stage.lane();
    }

    private void sendAt(long nanos) {
      intendedNanos = nanos;
      stage.at(nanos, this::send);
    }

    private void send() {
      long now = stage.now();
      if (now >= endsNanos) {
        lane.close();
      } else if (stage.takes(now)) {
        turn.ifPresentOrElse(
            next -> stage.send(next, intendedNanos, this), () -> stage.send(intendedNanos, this));
      }
    }

    @Override
    public Lane lane() {
      return lane;
    }

    @Override
    public Optional<AnswerText> text() {
      return text;
    }

    @Override
    public void ended(Ended request) {
      if (request.success() && text.isPresent()) {
        OptionalInt tokens = text.get().tokens(request.outputTokens(), request.reasoningTokens());
        Answer answer = new Answer(text.get().take(), request.inputTokens(), tokens);
        stage.next(request.turn(), answer, next -> goOn(next, request));
      } else {
        goOn(Optional.empty(), request);
      }
    }

    private void goOn(Optional<Turn> next, Ended last) {
      turn = next;
      Distribution law =
          next.flatMap(_ -> pauses.turns()).map(Turns::thinkTimeMillis).orElse(pauses.between());
      long thought = Clocks.later(last.endNanos(), Pauses.nanos(law, random));
      sendAt(
          last.success() ? thought : Math.max(thought, last.attemptNanos() + AFTER_FAILURE_NANOS));
    }
  }
}
