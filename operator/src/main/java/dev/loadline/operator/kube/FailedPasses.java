package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Says that passes over an object fail, which the framework repeats for ever, each 30 s in the end:
 * a line of the log each time, and an event once it lasts. What is refused may be the very status
 * that would say so.
 */
final class FailedPasses {
  /** Reason of the event, and of the condition where a status can be written. */
  static final String RECONCILE_ERROR = "ReconcileError";

  private static final Logger LOG = LoggerFactory.getLogger(FailedPasses.class);
  private static final int ATTEMPTS_BEFORE_ERROR = 3;

  private final Events events;

  FailedPasses(Events events) {
    this.events = events;
  }

  /** What the object's status is to say; empty until several attempts have failed. */
  Optional<String> failed(HasMetadata object, Context<?> context, Exception failure) {
    String why = ApiFailure.message(failure);
    int attempts = context.getRetryInfo().map(RetryInfo::getAttemptCount).orElse(0);
    log(object, failure, why, attempts);
    if (attempts < ATTEMPTS_BEFORE_ERROR) {
      return Optional.empty();
    }
    String message = "tried again every 30 s: " + why;
    events.warning(object, RECONCILE_ERROR, message);
    return Optional.of(message);
  }

  /** Where the API server said no its words are all; a defect of this program has its trace. */
  private static void log(HasMetadata object, Exception failure, String why, int attempts) {
    boolean refused = ApiFailure.isOfTheServer(failure);
    Level level = ApiFailure.isConflict(failure) ? Level.DEBUG : Level.WARN;
    LOG.atLevel(refused ? level : Level.ERROR)
        .addKeyValue("kind", object.getKind())
        .addKeyValue("namespace", object.getMetadata().getNamespace())
        .addKeyValue("name", object.getMetadata().getName())
        .addKeyValue("attempt", attempts + 1)
        .setCause(refused ? null : failure)
        .log("a pass failed and is repeated: {}", why);
  }
}
