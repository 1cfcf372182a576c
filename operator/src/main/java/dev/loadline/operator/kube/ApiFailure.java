package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** What people are told of a failed call: no client's wording, no address, never nothing. */
final class ApiFailure {
  private ApiFailure() {}

  /** In the API server's own words if it found any, else by the status code. */
  static String message(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException refused) {
        return Optional.ofNullable(refused.getStatus())
            .map(Status::getMessage)
            .filter(text -> !text.isBlank())
            .orElseGet(() -> byCode(refused.getCode()));
      }
    }
    return "a defect of the operator ("
        + failure.getClass().getSimpleName()
        + "): its log says more";
  }

  private static String byCode(int code) {
    return code <= 0
        ? "the API server could not be reached or did not answer in time"
        : "the API server answered with HTTP status " + code;
  }
}
