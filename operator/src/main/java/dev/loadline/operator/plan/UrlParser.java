package dev.loadline.operator.plan;

import dev.loadline.operator.api.TargetSpec;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Reads the address of a target. */
final class UrlParser {
  private final Problems problems;

  UrlParser(Problems problems) {
    this.problems = problems;
  }

  Optional<String> url(TargetSpec spec, Optional<Target.Service> service) {
    if ((spec.url() == null) == service.isEmpty()) {
      problems.add("spec.target", "exactly one of service and url must be set");
      return Optional.empty();
    }
    if (service.isPresent()) {
      String scheme = Optional.ofNullable(spec.service().scheme()).orElse("http");
      if (!scheme.equals("http") && !scheme.equals("https")) {
        problems.add(
            "spec.target.service.scheme", Problems.quoted(scheme) + " is neither http nor https");
      }
      String path = Optional.ofNullable(spec.basePath()).orElse("/v1");
      if (!path.startsWith("/")) {
        problems.add("spec.target.basePath", "must begin with /");
      }
      Target.Service named = service.get();
      return Optional.of(
          scheme
              + "://"
              + named.name()
              + "."
              + named.namespace()
              + ".svc:"
              + named.port()
              + trimmed(path));
    }
    if (spec.basePath() != null) {
      problems.add("spec.target.basePath", "goes with service: put the path into the url");
    }
    return literal(spec.url());
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
        return Optional.of(
            uri.getScheme() + "://" + uri.getRawAuthority() + (path.isEmpty() ? "/v1" : path));
      }
    } catch (URISyntaxException broken) {
      problems.add(field, "is not a URL: " + broken.getReason());
    }
    return Optional.empty();
  }

  private static String trimmed(String path) {
    String rest = path;
    while (rest.endsWith("/")) {
      rest = rest.substring(0, rest.length() - 1);
    }
    return rest;
  }
}
