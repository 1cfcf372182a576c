package dev.loadline.operator.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.loadline.operator.plan.Target;
import dev.loadline.operator.verdict.TargetEndpoints;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Looks at the endpoints of a target's Service: asked of the server, since a run needs them twice
 * and a cache would hold those of all Services. What happens in between does not get lost: the
 * generation of an EndpointSlice counts its changes.
 */
record EndpointsReader(KubernetesClient client, Instant now) {
  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  /** Empty if the Service has no EndpointSlice, or if the operator may not list them. */
  Optional<TargetEndpoints> look(Target.Service service) {
    List<EndpointSlice> slices = slices(service);
    return slices.isEmpty()
        ? Optional.empty()
        : Optional.of(new TargetEndpoints(ready(slices), version(slices), now));
  }

  private List<EndpointSlice> slices(Target.Service service) {
    try {
      return client
          .discovery()
          .v1()
          .endpointSlices()
          .inNamespace(service.namespace())
          .withLabel(SERVICE_NAME, service.name())
          .list()
          .getItems();
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return List.of();
      }
      throw refused;
    }
  }

  /** Each pod once, also where it has an address of each family. */
  private static int ready(List<EndpointSlice> slices) {
    return (int)
        slices.stream()
            .flatMap(slice -> slice.getEndpoints().stream())
            .filter(EndpointsReader::isReady)
            .map(endpoint ->
                endpoint.getTargetRef() == null
                    ? endpoint.getAddresses().getFirst()
                    : endpoint.getTargetRef().getUid())
            .distinct()
            .count();
  }

  /** Not known means ready, as the API has it. */
  private static boolean isReady(Endpoint endpoint) {
    return endpoint.getConditions() == null
        || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
  }

  private static String version(List<EndpointSlice> slices) {
    List<String> counted =
        slices.stream()
            .map(slice -> slice.getMetadata().getUid() + slice.getMetadata().getGeneration())
            .sorted()
            .toList();
    return UUID.nameUUIDFromBytes(counted.toString().getBytes(UTF_8)).toString().substring(0, 8);
  }
}
