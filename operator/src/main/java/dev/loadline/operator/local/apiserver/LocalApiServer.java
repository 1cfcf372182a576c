package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The API server of local mode and of tests, with the namespace {@code default}. Listens on
 * loopback only and answers nobody without its token.
 */
public final class LocalApiServer implements AutoCloseable {
  private static final List<String> CRDS =
      List.of("crds/loadtests.loadline.dev.yaml", "crds/loadtestruns.loadline.dev.yaml");

  static {
    // Else the JDK's server holds each small answer back for the client's delayed ACK, 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final ObjectStore store = new ObjectStore();
  private final Resources resources;
  private final Faults faults = new Faults(store);
  private final Tables tables;
  private final String token;
  private final ApiHandler handler;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<HttpServer> servers = new ArrayList<>();
  private final URI uri;

  private LocalApiServer(InstantSource clock) {
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    this.token = HexFormat.of().formatHex(random);
    ResourceTypes types = Known.TYPES;
    this.resources = new Resources(store, types, clock);
    this.tables = new Tables(clock);
    this.handler = new ApiHandler(store, types, resources, tables, faults, token);
    try {
      InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      this.uri = URI.create("http://127.0.0.1:" + serve(HttpServer.create(any, 0)));
    } catch (IOException failed) {
      throw new UncheckedIOException("the local API server cannot listen on loopback", failed);
    }
    namespace("default");
  }

  /**
   * Starts a server with the two kinds of load tests.
   *
   * @param clock for creation timestamps and ages
   */
  public static LocalApiServer start(InstantSource clock) {
    return new LocalApiServer(clock);
  }

  /** A kind that these servers know; without starting one. */
  public static Optional<ResourceType> type(String apiVersion, String kind) {
    return Known.TYPES.ofKind(apiVersion, kind);
  }

  /** Read once. */
  private static final class Known {
    static final ResourceTypes TYPES = ResourceTypes.withCrds(CRDS);
  }

  private int serve(HttpServer server) {
    server.createContext("/", handler);
    server.setExecutor(threads);
    server.start();
    servers.add(server);
    return server.getAddress().getPort();
  }

  /** Creates a namespace unless it exists. */
  public void namespace(String name) {
    ResourceType type = resources.type("v1", "Namespace").orElseThrow();
    if (resources.get(new Place(type, "", name)).isEmpty()) {
      resources.create(
          type,
          "",
          Json.object()
              .put("apiVersion", "v1")
              .put("kind", "Namespace")
              .set("metadata", Json.object().put("name", name)),
          WriteOptions.by("loadline-local"));
    }
  }

  /** Where it listens: plain HTTP on loopback. */
  public URI uri() {
    return uri;
  }

  /** The bearer token that each request needs. */
  public String token() {
    return token;
  }

  /** The objects, for use within this process; faults do not strike here. */
  public Resources resources() {
    return resources;
  }

  /**
   * What has changed.
   *
   * @param version the version that has been reached: where the next look goes on
   * @param states of objects of one type, each that was written since; of a deleted object the last
   */
  public record Changes(long version, List<ObjectNode> states) {
    /** Copies the list. */
    public Changes {
      states = List.copyOf(states);
    }
  }

  /**
   * The changes after a version, at once or as soon as there are some, but not later than this; if
   * it is too long ago, the objects as they are now.
   */
  public Changes changes(ResourceType type, long since, Duration atMost)
      throws InterruptedException {
    try {
      List<ObjectStore.Change> all = store.after(since, atMost, store.cuts());
      return new Changes(
          all.isEmpty() ? since : all.getLast().version(),
          all.stream()
              .filter(change -> change.key().type().equals(type.qualified()))
              .map(change -> change.state().deepCopy())
              .toList());
    } catch (Refusal tooLongAgo) {
      return store.locked(
          () -> new Changes(store.version(), resources.list(type, Optional.empty(), all -> true)));
    }
  }

  /** The rows that {@code kubectl get} would print: a {@code meta.k8s.io/v1} Table. */
  public ObjectNode table(ResourceType type) {
    List<ObjectNode> objects = resources.list(type, Optional.empty(), object -> true);
    return tables.of(type, objects, Long.toString(resources.version()), "Metadata");
  }

  /**
   * Stores an object unchecked, as an earlier version of its CRD may have let it in, and as it is
   * read under the present one: without unknown fields, with defaults.
   */
  public void keep(Place place, ObjectNode object) {
    SchemaFill.prune(object, place.type().shape());
    SchemaFill.defaults(object, place.type().shape());
    store.put(place.key(), object);
  }

  /** What tests break. */
  public Faults faults() {
    return faults;
  }

  /** Goes away: connections end and are refused, until it is {@link #back}. */
  public void away() {
    servers.removeFirst().stop(0);
    store.cut();
  }

  /** Listens again, where it did before. */
  public void back() {
    try {
      InetSocketAddress same =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), uri.getPort());
      serve(HttpServer.create(same, 0));
      servers.addFirst(servers.removeLast());
    } catch (IOException failed) {
      throw new UncheckedIOException("the local API server cannot listen where it did", failed);
    }
  }

  /** A new client of this server, with all rights; the caller closes it. */
  public KubernetesClient client() {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(uri.toString())
            .withOauthToken(token)
            .withNamespace("default")
            .withOnlyHttpWatches(true)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /**
   * A kubeconfig for kubectl. kubectl sends tokens over TLS only, so the first call opens a second
   * port with a certificate of its own.
   */
  public String kubeconfig() {
    LoopbackCertificate certificate = LoopbackCertificate.create();
    try {
      InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      HttpsServer server = HttpsServer.create(any, 0);
      server.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
      int port = serve(server);
      String authority =
          Base64.getEncoder().encodeToString(certificate.pem().getBytes(StandardCharsets.US_ASCII));
      return """
      apiVersion: v1
      kind: Config
      clusters:
        - name: loadline
          cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: %s}
      users:
        - name: loadline
          user: {token: %s}
      contexts:
        - name: loadline
          context: {cluster: loadline, user: loadline, namespace: default}
      current-context: loadline
      """
          .formatted(port, authority, token);
    } catch (IOException failed) {
      throw new UncheckedIOException("the local API server cannot listen on loopback", failed);
    }
  }

  @Override
  public void close() {
    store.cut();
    servers.forEach(server -> server.stop(0));
    threads.shutdownNow();
  }
}
