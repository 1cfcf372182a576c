package dev.loadline.operator.plan;

import dev.loadline.operator.api.TargetSpec;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/** Reads the address of a target. */
final class UrlParser {
  /** What people copy along from a request; the load runner appends it itself. */
  private static final List<String> ENDPOINTS =
      List.of("/chat/completions", "/completions", "/models");

  private final Problems problems;
  private final String namespace;

  /** Services without a namespace are in {@code namespace}. */
  UrlParser(Problems problems, String namespace) {
    this.problems = problems;
    this.namespace = namespace;
  }

  Optional<String> url(TargetSpec spec) {
    Optional<String> ofService = Optional.ofNullable(spec.service()).map(is -> service(is, spec));
    Optional<String> ofUrl = Optional.ofNullable(spec.url()).flatMap(this::literal);
    if ((spec.url() == null) == ofService.isEmpty()) {
      problems.add("spec.target", "exactly one of service and url must be set");
      return Optional.empty();
    }
    if (ofService.isEmpty() && spec.basePath() != null) {
      problems.add("spec.target.basePath", "goes with service: put the path into the url");
    }
    return ofService.or(() -> ofUrl);
  }

  private String service(TargetSpec.ServiceSpec service, TargetSpec spec) {
    String name = problems.required(service.name(), "spec.target.service.name", "missing");
    int port = problems.required(service.port(), "spec.target.service.port", 1);
    if (port < 1 || port > 65535) {
      problems.add("spec.target.service.port", port + " is outside 1 to 65535");
    }
    String scheme = Optional.ofNullable(service.scheme()).orElse("http");
    if (!scheme.equals("http") && !scheme.equals("https")) {
      problems.add(
          "spec.target.service.scheme", Problems.quoted(scheme) + " is neither http nor https");
    }
    String path = Optional.ofNullable(spec.basePath()).orElse("/v1");
    if (!path.startsWith("/")) {
      problems.add("spec.target.basePath", "must begin with /");
    }
    withoutEndpoint(trimmed(path), "/v1", "spec.target.basePath");
    String in = Optional.ofNullable(service.namespace()).orElse(namespace);
    return scheme + "://" + name + "." + in + ".svc:" + port + trimmed(path);
  }

  /** The text itself never goes into a message: it may hold a password. */
  private Optional<String> literal(String text) {
    String field = "spec.target.url";
    try {
      URI uri = new URI(text);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!web || uri.getHost() == null) {
        problems.add(field, "must be http:// or https:// with a host");
      } else if (uri.getRawUserInfo() != null) {
        problems.add(field, "must not hold credentials: use auth.apiKeySecretRef");
      } else if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
        problems.add(field, "must not hold a query or a fragment");
      } else if (uri.getPort() == 0 || uri.getPort() > 65535) {
        problems.add(field, "has a port outside 1 to 65535");
      } else {
        String path = trimmed(Optional.ofNullable(uri.getRawPath()).orElse(""));
        withoutEndpoint(path, "http://host:8000/v1", field);
        return Optional.of(
            uri.getScheme() + "://" + uri.getRawAuthority() + (path.isEmpty() ? "/v1" : path));
      }
    } catch (URISyntaxException broken) {
      problems.add(field, "is not a URL: " + broken.getReason());
    }
    return Optional.empty();
  }

  private void withoutEndpoint(String path, String example, String field) {
    ENDPOINTS.stream()
        .filter(path::endsWith)
        .findFirst()
        .ifPresent(endpoint ->
            problems.add(field, "is the base, for example " + example + "; leave out " + endpoint));
  }

  private static String trimmed(String path) {
    String rest = path;
    while (rest.endsWith("/")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    return rest;
  }
}
