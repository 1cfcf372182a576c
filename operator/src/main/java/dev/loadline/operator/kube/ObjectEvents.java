package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The events of one object, asked of the server: what its status does not say. */
record ObjectEvents(KubernetesClient client) {
  private static final int FORBIDDEN = 403;

  /** Oldest first; none without the right to ask. */
  List<Event> of(HasMetadata object) {
    try {
      return client
          .v1()
          .events()
          .inNamespace(object.getMetadata().getNamespace())
          .withField("involvedObject.uid", object.getMetadata().getUid())
          .list()
          .getItems()
          .stream()
          .sorted(Comparator.comparing(ObjectEvents::when))
          .toList();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == FORBIDDEN) {
        return List.of();
      }
      throw refused;
    }
  }

  /** The newest message of a reason. */
  static Optional<String> message(List<Event> events, String reason) {
    return events.reversed().stream()
        .filter(event -> reason.equals(event.getReason()))
        .findFirst()
        .map(Event::getMessage);
  }

  private static String when(Event event) {
    return Optional.ofNullable(event.getLastTimestamp())
        .or(() -> Optional.ofNullable(event.getMetadata().getCreationTimestamp()))
        .orElse("");
  }
}
