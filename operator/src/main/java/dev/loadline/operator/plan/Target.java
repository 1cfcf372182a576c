package dev.loadline.operator.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The endpoint under load.
 *
 * @param url scheme, host, port and base path, without a trailing slash
 * @param model model to ask for; empty means the only one that the endpoint lists
 * @param api {@code Chat} or {@code Completions}
 * @param engine {@code Auto} or an engine's name
 * @param apiKey secret that holds the bearer token
 * @param headers further headers
 * @param insecureSkipVerify accept any certificate
 * @param caBundle PEM certificates to trust
 * @param serverName name that is asked for and verified; empty means the URL's host
 * @param clientCertificateSecret Secret with {@code tls.crt} and {@code tls.key}
 * @param readinessTimeout how long it may take to answer
 */
public record Target(
    String url,
    Optional<String> model,
    String api,
    String engine,
    Optional<KeyReference> apiKey,
    List<Header> headers,
    boolean insecureSkipVerify,
    Optional<String> caBundle,
    Optional<String> serverName,
    Optional<String> clientCertificateSecret,
    Duration readinessTimeout) {
  private static final Pattern SERVICE_URL =
      Pattern.compile("https?://(?<name>[a-z0-9-]+)\\.(?<namespace>[a-z0-9-]+)\\.svc[.:/]");

  /** Copies the list. */
  public Target {
    headers = List.copyOf(headers);
  }

  /** Its Service, if the URL's host is the name of one: {@code name.namespace.svc}. */
  public Optional<Service> service() {
    Matcher host = SERVICE_URL.matcher(url);
    return host.lookingAt()
        ? Optional.of(new Service(host.group("name"), host.group("namespace")))
        : Optional.empty();
  }

  /** A Service of the cluster. */
  public record Service(String name, String namespace) {}

  /** A key of a Secret in the run's namespace; the operator never reads it. */
  public record KeyReference(String secret, String key) {}

  /** A request header. */
  public record Header(String name, Value value) {}

  /** Where a header's value comes from. */
  public sealed interface Value {
    /** From the spec. */
    record Literal(String text) implements Value {}

    /** From a Secret. */
    record FromSecret(KeyReference reference) implements Value {}
  }
}
