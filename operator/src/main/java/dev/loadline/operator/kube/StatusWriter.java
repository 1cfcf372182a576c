package dev.loadline.operator.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Stored;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a status: a fresh object with everything the operator means to say, applied by the server,
 * once, as the last thing of a pass, and only if it says something new. A condition keeps its
 * transition time while its status stays the same, and instants are whole seconds, so that a pass
 * that found nothing new writes nothing.
 */
public final class StatusWriter {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String CONDITIONS = "conditions";
  private static final String TRANSITION = "lastTransitionTime";

  private StatusWriter() {}

  /**
   * Writes the status of {@code intended} if it differs from the one of {@code seen}, and only over
   * that one: the server refuses it (409) if the object was changed, ended or made anew since.
   *
   * @param seen the object as this pass found it
   * @param intended a fresh object: name, namespace and status, nothing else
   * @param next when to look again if all is well
   * @return look again then; nothing more of an object that is gone
   */
  public static <S, P extends CustomResource<?, S>> UpdateControl<P> write(
      Context<P> context, P seen, P intended, Requeue next) {
    Optional<P> changed = changed(seen, intended);
    if (changed.isEmpty()) {
      return next.control();
    }
    try {
      apply(context, seen, changed.get());
      return next.control();
    } catch (KubernetesClientException refused) {
      if (ApiFailure.isGone(refused)) {
        return UpdateControl.noUpdate();
      }
      throw refused;
    }
  }

  /** The same of a status that says why nothing goes on; what cannot be written is said later. */
  static <S, P extends CustomResource<?, S>> void attempt(Context<P> context, P seen, P intended) {
    changed(seen, intended)
        .ifPresent(status -> {
          try {
            apply(context, seen, status);
          } catch (KubernetesClientException refused) {
            LOG.debug("a status could not be written: {}", refused.getMessage());
          }
        });
  }

  /**
   * The server does not apply anything to an object parts of which its schema cannot type, be they
   * of the spec: of such an object the status is replaced.
   */
  private static <S, P extends CustomResource<?, S>> void apply(
      Context<P> context, P seen, P status) {
    if (seen instanceof Stored stored && !stored.unreadable().isEmpty()) {
      context
          .getClient()
          .resource(status)
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON), replacement(status).toString());
    } else {
      context.resourceOperations().serverSideApplyPrimaryStatus(status);
    }
  }

  private static <S, P extends CustomResource<?, S>> ArrayNode replacement(P status) {
    ArrayNode operations = JSON.createArrayNode();
    operations
        .addObject()
        .put("op", "replace")
        .put("path", "/metadata/resourceVersion")
        .put("value", status.getMetadata().getResourceVersion());
    operations
        .addObject()
        .put("op", "add")
        .put("path", "/status")
        .set("value", JSON.valueToTree(status.getStatus()));
    return operations;
  }

  /** What is to be applied to that very version; empty if the status says it already. */
  static <S, P extends CustomResource<?, S>> Optional<P> changed(P seen, P intended) {
    JsonNode before = JSON.valueToTree(seen.getStatus());
    ObjectNode after = merged(before, JSON.valueToTree(intended.getStatus()));
    if (after.equals(before)) {
      return Optional.empty();
    }
    @SuppressWarnings("unchecked")
    Class<S> type = (Class<S>) intended.getStatus().getClass();
    intended.setStatus(JSON.convertValue(after, type));
    intended.getMetadata().setResourceVersion(seen.getMetadata().getResourceVersion());
    return Optional.of(intended);
  }

  /** The intended status with whole seconds and with the transition times that still hold. */
  static ObjectNode merged(JsonNode before, ObjectNode intended) {
    ObjectNode after = intended.deepCopy();
    wholeSeconds(after);
    for (JsonNode condition : after.path(CONDITIONS)) {
      for (JsonNode old : before.path(CONDITIONS)) {
        if (same(old, condition, "type") && same(old, condition, "status") && old.has(TRANSITION)) {
          ((ObjectNode) condition).set(TRANSITION, old.get(TRANSITION));
        }
      }
    }
    return after;
  }

  private static boolean same(JsonNode one, JsonNode other, String field) {
    return one.path(field).equals(other.path(field));
  }

  private static void wholeSeconds(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (field.getKey().endsWith("Time") && field.getValue().isTextual()) {
          object.put(field.getKey(), wholeSeconds(field.getValue().textValue()));
        } else {
          wholeSeconds(field.getValue());
        }
      }
    } else if (node instanceof ArrayNode array) {
      array.forEach(StatusWriter::wholeSeconds);
    }
  }

  private static String wholeSeconds(String text) {
    try {
      return Instant.parse(text).truncatedTo(ChronoUnit.SECONDS).toString();
    } catch (DateTimeParseException notAnInstant) {
      // A string for people, such as the next time in a column.
      return text;
    }
  }
}
