package dev.loadline.runner.http;

import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import dev.loadline.runner.measure.TokenGaps;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: what is sent, what is measured, whom to tell when it has ended, and who
 * keeps the answer's text, if anybody.
 */
record Exchange(
    RequestBody body,
    RequestTimeline timeline,
    TokenGaps gaps,
    Consumer<RequestTimeline> done,
    @Nullable AnswerText text) {
  /** One whose answer's text nobody keeps. */
  Exchange(
      RequestBody body, RequestTimeline timeline, TokenGaps gaps, Consumer<RequestTimeline> done) {
    this(body, timeline, gaps, done, null);
  }

  /** Notes in the timeline how and when it has ended. */
  void ended(long nanos, Outcome outcome) {
    switch (outcome) {
      case Outcome.Success _ -> timeline.succeed(nanos);
      case Outcome.Failure failure -> timeline.fail(nanos, failure.errorClass(), failure.message());
      case Outcome.Pending _ -> throw new IllegalStateException("a request ended as pending");
    }
  }

  /** Tells whoever sent it that it has ended. */
  void tell() {
    done.accept(timeline);
  }
}
