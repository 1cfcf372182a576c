package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.local.apiserver.LocalApiServer;
import dev.loadline.operator.local.apiserver.ResourceType;
import dev.loadline.operator.local.apiserver.Resources;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Hears of an operator whose passes over a run, or over the test that should have one, fail all the
 * time: a condition or an event of the reason ReconcileError, while nothing becomes of the run. It
 * has failed several times when it says so, and once or twice more when this believes it.
 */
final class FailingOperator {
  private static final String RECONCILE_ERROR = "ReconcileError";
  private static final Duration LASTING = Duration.ofSeconds(10);
  private static final ResourceType EVENTS = LocalApiServer.type("v1", "Event").orElseThrow();

  private final Resources resources;
  private final long longest;
  private final Set<String> over = new HashSet<>();
  private JsonNode status = MissingNode.getInstance();
  private Optional<Long> since = Optional.empty();

  /**
   * Looks at these events.
   *
   * @param patience the operator may fail for so long, if that is shorter than usual
   */
  FailingOperator(Resources resources, Duration patience) {
    this.resources = resources;
    this.longest = (patience.compareTo(LASTING) < 0 ? patience : LASTING).toNanos();
  }

  /** The end of waiting for this run, or for one of this manifest, once it has lasted. */
  Optional<RunOutcome> outcome(Optional<ObjectNode> run, Manifest manifest) {
    List<ObjectNode> events = events(run, manifest);
    JsonNode latest = run.map(is -> is.path("status")).orElseGet(MissingNode::getInstance);
    if (!latest.equals(status)) {
      // A status was written: what was said until now is over.
      events.forEach(event -> over.add(name(event)));
      status = latest.deepCopy();
      since = Optional.empty();
    }
    Optional<String> why =
        condition()
            .or(() ->
                events.stream()
                    .filter(event -> !over.contains(name(event)))
                    .map(event -> event.path("message").asText())
                    .reduce((earlier, later) -> later));
    if (why.isEmpty()) {
      return Optional.empty();
    }
    long now = System.nanoTime();
    since = since.or(() -> Optional.of(now));
    return why.filter(words -> now - since.orElseThrow() >= longest)
        .map(words -> new RunOutcome.NotRun(words(run, manifest, words), false));
  }

  private static String words(Optional<ObjectNode> run, Manifest manifest, String why) {
    return run.map(is -> "LoadTestRun " + name(is))
            .orElseGet(() -> manifest.kind() + " " + manifest.name())
        + " does not come to its end: the operator cannot go on ("
        + why
        + ")";
  }

  private List<ObjectNode> events(Optional<ObjectNode> run, Manifest manifest) {
    return resources.list(EVENTS, Optional.of(manifest.namespace()), all -> true).stream()
        .filter(event -> event.path("reason").asText().equals(RECONCILE_ERROR))
        .filter(event ->
            run.map(is -> event.at("/involvedObject/uid").equals(is.at("/metadata/uid")))
                .orElseGet(() -> isAbout(event, manifest)))
        .toList();
  }

  private static boolean isAbout(ObjectNode event, Manifest manifest) {
    return event.at("/involvedObject/kind").asText().equals(manifest.kind())
        && event.at("/involvedObject/name").asText().equals(manifest.name());
  }

  private static String name(ObjectNode object) {
    return object.at("/metadata/name").asText();
  }

  /** What the run's condition Finished says, if that is it. */
  private Optional<String> condition() {
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("type").asText().equals("Finished")
          && condition.path("reason").asText().equals(RECONCILE_ERROR)) {
        return Optional.of(condition.path("message").asText());
      }
    }
    return Optional.empty();
  }
}
