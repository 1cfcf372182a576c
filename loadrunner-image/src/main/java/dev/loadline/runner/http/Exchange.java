package dev.loadline.runner.http;

import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import dev.loadline.runner.measure.TokenGaps;
import java.util.function.Consumer;

/** One request on its way: what is sent, what is measured, and whom to tell when it has ended. */
record Exchange(
    RequestBody body, RequestTimeline timeline, TokenGaps gaps, Consumer<RequestTimeline> done) {
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
