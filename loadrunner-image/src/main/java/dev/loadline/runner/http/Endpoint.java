package dev.loadline.runner.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where requests go and what goes with each of them. Header values never appear in {@link
 * #toString}, and the secret ones in no message or log.
 *
 * @param scheme {@code http} or {@code https}
 * @param host name or address; an IPv6 address without brackets
 * @param port 1 to 65535
 * @param basePath path prefix, for example {@code /v1}; empty or beginning with a slash, never
 *     ending with one
 * @param api which endpoint is loaded
 * @param headers further request headers, name to value
 * @param secrets those of their values that nobody may see
 * @param tls how an {@code https} target is verified
 * @param timeouts how long to wait
 */
public record Endpoint(
    String scheme,
    String host,
    int port,
    String basePath,
    Api api,
    Map<String, String> headers,
    List<String> secrets,
    TlsSettings tls,
    Timeouts timeouts) {

  /** Checks the parts and copies the headers. */
  public Endpoint {
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("The target's scheme must be http or https.");
    }
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("The target needs a host and a port of 1 to 65535.");
    }
    TreeMap<String, String> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, value) -> {
      checkHeader(name, value);
      sorted.put(name, value);
    });
    headers = Map.copyOf(sorted);
    secrets = List.copyOf(secrets);
  }

  /**
   * Parses a target's URL, such as {@code http://vllm.models:8000/v1}; all headers are secret.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static Endpoint of(
      String url, Api api, Map<String, String> headers, TlsSettings tls, Timeouts timeouts) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "The target's URL is none: " + e.getReason() + " at index " + e.getIndex() + ".", e);
    }
    String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    String host = Optional.ofNullable(uri.getHost()).orElse("");
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "The target's URL must hold no credentials, query or fragment.");
    }
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    String path = Optional.ofNullable(uri.getRawPath()).orElse("").replaceAll("/+$", "");
    List<String> secrets = List.copyOf(headers.values());
    return new Endpoint(scheme, host, port, path, api, headers, secrets, tls, timeouts);
  }

  /** The same, of whose headers only these values are secret. */
  public Endpoint withSecrets(List<String> values) {
    return new Endpoint(scheme, host, port, basePath, api, headers, values, tls, timeouts);
  }

  private static void checkHeader(String name, String value) {
    if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      throw new IllegalArgumentException("\"" + name + "\" is no name of an HTTP header.");
    }
    if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127 || c > 255)) {
      throw new IllegalArgumentException(
          "The value of header " + name + " holds a character that no HTTP header may hold.");
    }
  }

  /** True for {@code https}. */
  public boolean isTls() {
    return scheme.equals("https");
  }

  /** Host and port as in the {@code Host} header. */
  public String authority() {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    boolean standard = port == (isTls() ? 443 : 80);
    return standard ? shown : shown + ":" + port;
  }

  /** The URL as a person would write it; holds no secret. */
  public String url() {
    return scheme + "://" + authority() + basePath;
  }

  /** What the server has said, as it may be shown: one line in which no secret stands. */
  public String shown(String said) {
    return Redactor.clean(said, new Secrets(secrets));
  }

  /**
   * The base path without its version: engines have {@code /metrics} and {@code /version} there.
   */
  String rootPath() {
    return basePath.endsWith("/v1") ? basePath.substring(0, basePath.length() - 3) : basePath;
  }

  @Override
  public String toString() {
    return api.apiName() + " at " + url() + " with headers " + headers.keySet();
  }
}
