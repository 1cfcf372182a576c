package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** HTTP: who asks, what for, and the answer. */
final class ApiHandler implements HttpHandler {
  private static final String JSON = "application/json";

  private final ObjectStore store;
  private final ResourceTypes types;
  private final Resources resources;
  private final Discovery discovery;
  private final Tables tables;
  private final Faults faults;
  private final byte[] authorization;

  ApiHandler(
      ObjectStore store,
      ResourceTypes types,
      Resources resources,
      Tables tables,
      Faults faults,
      String token) {
    this.store = store;
    this.types = types;
    this.resources = resources;
    this.discovery = new Discovery(types);
    this.tables = tables;
    this.faults = faults;
    this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      answerOrRefuse(exchange);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void answerOrRefuse(HttpExchange exchange) throws IOException, InterruptedException {
    try {
      answer(exchange);
    } catch (Refusal refusal) {
      refusal
          .retryAfter()
          .ifPresent(wait ->
              exchange.getResponseHeaders().set("Retry-After", Long.toString(wait.toSeconds())));
      send(exchange, refusal.code(), refusal.status());
    }
  }

  private void answer(HttpExchange exchange) throws IOException, InterruptedException {
    ApiRequest request = ApiRequest.of(exchange);
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    if (given == null
        || !MessageDigest.isEqual(authorization, given.getBytes(StandardCharsets.UTF_8))) {
      throw Refusal.unauthorized();
    }
    if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
      // Clients then watch by plain HTTP.
      throw Refusal.injected(503, "no web sockets here", Optional.empty());
    }
    Optional<ObjectNode> found = discovery.answer(request.path());
    if (found.isPresent()) {
      send(exchange, 200, found.get());
      return;
    }
    Route route = Route.of(request.path(), types).orElseThrow(Refusal::noSuchPath);
    String verb = route.verb(request);
    Optional<Fault> after = strike(faults.striking(route.call(verb, request)));
    if (verb.equals("watch")) {
      watch(exchange, route, request, after);
      return;
    }
    ObjectNode answer = answerTo(verb, route, request, after);
    send(exchange, verb.equals("create") ? 201 : 200, answer);
  }

  /** Does what is asked for; whether the client hears of it is another matter. */
  private ObjectNode answerTo(String verb, Route route, ApiRequest request, Optional<Fault> after)
      throws IOException {
    Optional<Refusal> refusal = Optional.empty();
    ObjectNode answer = Json.object();
    try {
      answer = answer(verb, route, request);
    } catch (Refusal no) {
      refusal = Optional.of(no);
    }
    if (after.isPresent() && after.get() instanceof Fault.AnswerLost lost) {
      throw Refusal.injected(lost.code(), "injected by a test", Optional.empty());
    }
    if (after.isPresent()) {
      throw new IOException("the connection ends without an answer");
    }
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    return answer;
  }

  /** Lets faults happen; gives the one back that strikes after the deed. */
  private static Optional<Fault> strike(List<Fault> striking)
      throws IOException, InterruptedException {
    Optional<Fault> after = Optional.empty();
    for (Fault fault : striking) {
      switch (fault) {
        case Fault.Answer answer ->
            throw Refusal.injected(answer.code(), answer.message(), answer.retryAfter());
        case Fault.Silence silence -> {
          Thread.sleep(silence.length());
          throw new IOException("the connection ends without an answer");
        }
        case Fault.Slow slow -> Thread.sleep(slow.by());
        case Fault.Before before -> before.event().run();
        case Fault.Unanswered(boolean done) when !done ->
            throw new IOException("the connection ends without an answer");
        case Fault.Death(boolean done) when !done -> throw new IOException("the client dies");
        case Fault.AnswerLost ignored -> after = Optional.of(fault);
        case Fault.Unanswered ignored -> after = Optional.of(fault);
        case Fault.Death ignored -> after = Optional.of(fault);
        case Fault.Late ignored -> after = Optional.of(fault);
      }
    }
    return after;
  }

  private ObjectNode answer(String verb, Route route, ApiRequest request) {
    WriteOptions options = request.writeOptions();
    return switch (verb) {
      case "get" -> get(route, request);
      case "list" -> list(route, request);
      case "create" ->
          resources.create(route.type(), route.namespace().orElse(""), request.object(), options);
      case "update" ->
          resources.replace(route.place(), route.subresource(), request.object(), options);
      case "patch" -> patch(route, request, options);
      case "delete" -> delete(route.place(), request);
      default -> deleteAll(route, request);
    };
  }

  private ObjectNode get(Route route, ApiRequest request) {
    ObjectNode object = resources.get(route.place()).orElseThrow(() -> route.place().notFound());
    String version = object.path("metadata").path("resourceVersion").asText();
    return request.wantsTable()
        ? tables.of(route.type(), List.of(object), version, request.parameter("includeObject"))
        : object;
  }

  private ObjectNode list(Route route, ApiRequest request) {
    return store.locked(() -> {
      List<ObjectNode> found = resources.list(route.type(), route.namespace(), selector(request));
      String version = Long.toString(store.version());
      if (request.wantsTable()) {
        return tables.of(route.type(), found, version, request.parameter("includeObject"));
      }
      ObjectNode list = Json.object().put("kind", route.type().kind() + "List");
      list.put("apiVersion", route.type().apiVersion());
      list.putObject("metadata").put("resourceVersion", version);
      ArrayNode items = list.putArray("items");
      found.forEach(items::add);
      return list;
    });
  }

  private static Predicate<ObjectNode> selector(ApiRequest request) {
    return Selectors.labels(request.parameter("labelSelector"))
        .and(Selectors.fields(request.parameter("fieldSelector")));
  }

  private ObjectNode patch(Route route, ApiRequest request, WriteOptions options) {
    String type = request.contentType();
    if (type.startsWith("application/apply-patch")) {
      if (request.parameter("fieldManager").isEmpty()) {
        throw Refusal.badRequest("fieldManager is required for apply patch");
      }
      return resources.apply(route.place(), route.subresource(), request.object(), options);
    }
    JsonNode patch = request.tree();
    boolean merge = type.contains("merge-patch+json");
    if (!merge && !type.startsWith("application/json-patch+json")) {
      throw Refusal.unsupported(415, "this kind of patch is not supported: " + type);
    }
    return resources.change(
        route.place(),
        route.subresource(),
        live -> merge ? Patches.merge(patch, live) : Patches.json(patch, live),
        options);
  }

  private ObjectNode delete(Place place, ApiRequest request) {
    JsonNode body = request.body().isEmpty() ? Json.object() : request.tree();
    DeleteOutcome outcome = resources.delete(place, DeleteOptions.of(body, request.query()));
    if (!outcome.gone()) {
      return outcome.object();
    }
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    status.put("status", "Success");
    status
        .putObject("details")
        .put("name", place.name())
        .put("group", place.type().group())
        .put("kind", place.type().plural())
        .put("uid", outcome.object().path("metadata").path("uid").asText());
    return status;
  }

  private ObjectNode deleteAll(Route route, ApiRequest request) {
    ObjectNode list = Json.object().put("kind", route.type().kind() + "List");
    list.put("apiVersion", route.type().apiVersion()).putObject("metadata");
    ArrayNode items = list.putArray("items");
    JsonNode body = request.body().isEmpty() ? Json.object() : request.tree();
    for (ObjectNode object : resources.list(route.type(), route.namespace(), selector(request))) {
      JsonNode metadata = object.path("metadata");
      Place place =
          new Place(
              route.type(), metadata.path("namespace").asText(""), metadata.path("name").asText());
      if (resources.get(place).isPresent()) {
        items.add(resources.delete(place, DeleteOptions.of(body, request.query())).object());
      }
    }
    return list;
  }

  private void watch(HttpExchange exchange, Route route, ApiRequest request, Optional<Fault> fault)
      throws IOException, InterruptedException {
    Duration late =
        fault.isPresent() && fault.get() instanceof Fault.Late(Duration by) ? by : Duration.ZERO;
    Predicate<ObjectNode> selector = selector(request);
    exchange.getResponseHeaders().set("Content-Type", JSON);
    exchange.sendResponseHeaders(200, 0);
    new WatchStream(store, tables, route, request, selector, exchange.getResponseBody())
        .run(late, () -> faults.hears(request.userAgent()));
  }

  private static void send(HttpExchange exchange, int code, ObjectNode body) throws IOException {
    byte[] bytes = Json.bytes(body);
    exchange.getResponseHeaders().set("Content-Type", JSON);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
