package dev.loadline.operator.kube;

import dev.loadline.operator.api.Stored;
import dev.loadline.operator.api.Unreadable;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events for people. The name follows from object, reason and message: the same thing said
 * twice is one event, also after a restart. An event that cannot be written is logged and
 * forgotten: what counts is in the status.
 */
final class Events {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final String COMPONENT = "loadline";
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final InstantSource clock;

  /** Writes through this client. */
  Events(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Something that is as it should be. */
  void normal(HasMetadata about, String reason, String message) {
    write(about, "Normal", reason, message);
  }

  /** Something that a person may want to look at. */
  void warning(HasMetadata about, String reason, String message) {
    write(about, "Warning", reason, message);
  }

  /** What of a status could not be read, if there is anything. */
  <P extends HasMetadata & Stored> void unreadable(P stored) {
    String parts =
        stored.unreadable().stream()
            .filter(part -> part.field().startsWith("status"))
            .map(Unreadable::toString)
            .collect(Collectors.joining("; "));
    if (!parts.isEmpty()) {
      warning(
          stored, "StatusUnreadable", "an older status, parts of which cannot be read: " + parts);
    }
  }

  private void write(HasMetadata about, String type, String reason, String message) {
    try {
      client
          .v1()
          .events()
          .inNamespace(about.getMetadata().getNamespace())
          .resource(event(about, type, reason, message))
          .create();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() != CONFLICT) {
        LOG.atWarn()
            .addKeyValue("namespace", about.getMetadata().getNamespace())
            .addKeyValue("name", about.getMetadata().getName())
            .addKeyValue("reason", reason)
            .log("an event could not be written: {}", refused.getMessage());
      }
    }
  }

  private Event event(HasMetadata about, String type, String reason, String message) {
    String text = Conditions.bounded(message);
    ObjectMeta object = about.getMetadata();
    byte[] key = (object.getUid() + reason + text).getBytes(StandardCharsets.UTF_8);
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    return new EventBuilder()
        .withNewMetadata()
        .withName(object.getName() + "." + UUID.nameUUIDFromBytes(key))
        .withNamespace(object.getNamespace())
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion(about.getApiVersion())
        .withKind(about.getKind())
        .withName(object.getName())
        .withNamespace(object.getNamespace())
        .withUid(object.getUid())
        .endInvolvedObject()
        .withType(type)
        .withReason(reason)
        .withMessage(text)
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .withReportingComponent(COMPONENT)
        .withNewSource()
        .withComponent(COMPONENT)
        .endSource()
        .build();
  }
}
