package dev.loadline.operator.plan;

import dev.loadline.operator.api.TargetSpec;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which server a target is: the same host and port are the same server, whatever the scheme and the
 * path. Names are read as a pod of the run's namespace reads them: {@code vllm}, {@code
 * vllm.models}, {@code vllm.models.svc} and {@code vllm.models.svc.cluster.local} are the Service
 * {@code vllm} of {@code models}, the first one if the run is in that namespace. No name is looked
 * up: two names of one address are two targets.
 *
 * @param host lower case, without a final dot; of a Service {@code name.namespace}
 * @param port the one of the scheme where the URL has none
 */
public record TargetIdentity(String host, int port) {
  private static final Map<String, Integer> PORTS = Map.of("http", 80, "https", 443);
  private static final String SERVICE = ".svc";
  private static final String CLUSTER = ".svc.cluster.local";
  private static final String LOOPBACK = "localhost";

  /**
   * The server of a spec's target; empty if the spec does not say.
   *
   * @param namespace namespace of the object
   */
  public static Optional<TargetIdentity> of(@Nullable TargetSpec spec, String namespace) {
    return Optional.ofNullable(spec)
        .flatMap(target -> new UrlParser(new Problems(), namespace).url(target))
        .flatMap(url -> of(url, namespace));
  }

  static Optional<TargetIdentity> of(String url, String namespace) {
    try {
      URI uri = new URI(url);
      Integer usual = PORTS.get(Optional.ofNullable(uri.getScheme()).orElse(""));
      if (uri.getHost() == null || usual == null) {
        return Optional.empty();
      }
      int port = uri.getPort() < 0 ? usual : uri.getPort();
      return Optional.of(new TargetIdentity(host(uri.getHost(), namespace), port));
    } catch (URISyntaxException broken) {
      return Optional.empty();
    }
  }

  private static String host(String written, String namespace) {
    String host = written.toLowerCase(Locale.ROOT);
    if (host.endsWith(".")) {
      host = host.substring(0, host.length() - 1);
    }
    Optional<InetAddress> address = address(host);
    if (host.equals(LOOPBACK) || address.filter(InetAddress::isLoopbackAddress).isPresent()) {
      return LOOPBACK;
    }
    if (address.isPresent()) {
      return address.get().getHostAddress();
    }
    if (host.endsWith(CLUSTER)) {
      return host.substring(0, host.length() - CLUSTER.length());
    }
    if (host.endsWith(SERVICE)) {
      return host.substring(0, host.length() - SERVICE.length());
    }
    return host.contains(".") ? host : host + "." + namespace;
  }

  /** An address that is written out; a name is not looked up. */
  private static Optional<InetAddress> address(String host) {
    boolean literal = host.startsWith("[") || host.chars().allMatch(TargetIdentity::dotted);
    try {
      return literal ? Optional.of(InetAddress.ofLiteral(host)) : Optional.empty();
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  private static boolean dotted(int character) {
    return character == '.' || (character >= '0' && character <= '9');
  }

  /** Host and port as in a URL. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
