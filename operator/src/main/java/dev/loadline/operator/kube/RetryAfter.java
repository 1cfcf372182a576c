package dev.loadline.operator.kube;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Keeps to a server's {@code Retry-After}: whoever asked hears of a refusal only when that time has
 * passed, so nothing repeats the request sooner. (The client reads the header, and repeats the
 * request after its own interval all the same: 7.8.0.) The server's wish counts up to {@link
 * #LONGEST}, which is less than a request may take.
 */
public final class RetryAfter implements Interceptor {
  /** The longest wait. */
  static final Duration LONGEST = Duration.ofSeconds(8);

  /** Its name among a client's interceptors. */
  public static final String NAME = "retry-after";

  @Override
  public CompletableFuture<Boolean> afterFailure(
      BasicBuilder request, HttpResponse<?> response, RequestTags tags) {
    return wait(Optional.ofNullable(response.header("Retry-After")))
        .map(wait ->
            new CompletableFuture<Boolean>()
                .completeOnTimeout(false, wait.toMillis(), TimeUnit.MILLISECONDS))
        .orElseGet(() -> CompletableFuture.completedFuture(false));
  }

  /** Whole seconds, as API servers write it; of anything else nothing is known. */
  static Optional<Duration> wait(Optional<String> header) {
    return header
        .map(String::strip)
        .filter(text -> text.matches("\\d{1,9}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .map(wanted -> wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted);
  }
}
