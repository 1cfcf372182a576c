package dev.loadline.operator.kube;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What people are told of a failed call: no client's wording, no address, never nothing. */
final class ApiFailure {
  private ApiFailure() {}

  /** In the API server's own words if it found any, else by the status code. */
  static String message(Throwable failure) {
    return refusal(failure)
        .map(ApiFailure::words)
        .orElseGet(() ->
            "a defect of the operator ("
                + failure.getClass().getSimpleName()
                + "): its log says more");
  }

  private static String words(KubernetesClientException refused) {
    return Optional.ofNullable(refused.getStatus())
        .map(Status::getMessage)
        .filter(text -> !text.isBlank())
        .orElseGet(() -> byCode(refused.getCode()));
  }

  /** Whether it is the API server that said no, or that could not be reached. */
  static boolean isOfTheServer(Throwable failure) {
    return refusal(failure).isPresent();
  }

  /** Whether something changed in the meantime: no trouble, the next pass sees it. */
  static boolean isConflict(Throwable failure) {
    return refusal(failure)
        .filter(is -> is.getCode() == HttpURLConnection.HTTP_CONFLICT)
        .isPresent();
  }

  /** Whether what the request was about is not there any more. */
  static boolean isGone(KubernetesClientException refused) {
    return refused.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
  }

  private static Optional<KubernetesClientException> refusal(Throwable failure) {
    return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
        .filter(KubernetesClientException.class::isInstance)
        .map(KubernetesClientException.class::cast)
        .findFirst();
  }

  private static String byCode(int code) {
    return code <= 0
        ? "the API server could not be reached or did not answer in time"
        : "the API server answered with HTTP status " + code;
  }
}
