package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A request as HTTP brought it, taken apart. */
record ApiRequest(
    String method,
    List<String> path,
    Map<String, String> query,
    String contentType,
    String accept,
    String userAgent,
    String body) {

  static ApiRequest of(HttpExchange exchange) throws IOException {
    String userAgent = header(exchange, "User-Agent");
    return new ApiRequest(
        exchange.getRequestMethod(),
        path(exchange.getRequestURI().getRawPath()),
        query(Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("")),
        header(exchange, "Content-Type").toLowerCase(Locale.ROOT),
        header(exchange, "Accept"),
        userAgent.isEmpty() ? "unknown" : userAgent,
        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
  }

  private static String header(HttpExchange exchange, String name) {
    List<String> values = exchange.getRequestHeaders().get(name);
    return values == null ? "" : String.join(",", values);
  }

  private static List<String> path(String raw) {
    List<String> segments = new ArrayList<>();
    for (String segment : raw.split("/", -1)) {
      if (!segment.isEmpty()) {
        segments.add(decoded(segment));
      }
    }
    return segments;
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      } else if (!pair.isEmpty()) {
        query.put(decoded(pair), "true");
      }
    }
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  boolean flag(String name) {
    String value = query.getOrDefault(name, "");
    return value.equals("true") || value.equals("1");
  }

  String parameter(String name) {
    return query.getOrDefault(name, "");
  }

  boolean wantsTable() {
    return accept.contains("as=Table");
  }

  /** Writer: as the request says, else the program's name. */
  WriteOptions writeOptions() {
    int slash = userAgent.indexOf('/');
    String program = slash > 0 ? userAgent.substring(0, slash) : userAgent;
    return new WriteOptions(
        query.getOrDefault("fieldManager", program),
        parameter("fieldValidation").equals("Strict"),
        flag("force"),
        parameter("dryRun").equals("All"));
  }

  JsonNode tree() {
    if (contentType.contains("protobuf") || contentType.contains("cbor")) {
      throw Refusal.unsupported(415, "only JSON and YAML are understood, not " + contentType);
    }
    return Json.read(body);
  }

  ObjectNode object() {
    if (tree() instanceof ObjectNode object) {
      return object;
    }
    throw Refusal.badRequest("the body is no object");
  }
}
