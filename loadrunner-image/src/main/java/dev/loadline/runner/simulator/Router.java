package dev.loadline.runner.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.concurrent.EventExecutor;
import java.util.Optional;
import java.util.Set;

/** Knows the paths and what is behind them. */
final class Router {
  private static final Set<String> PATHS =
      Set.of(
          "/health",
          "/version",
          "/metrics",
          "/tokenize",
          "/v1/models",
          "/v1/completions",
          "/v1/chat/completions",
          "/simulator/truth",
          "/simulator/reset");

  private final ObjectMapper mapper = new ObjectMapper();
  private final Simulation simulation;

  Router(Simulation simulation) {
    this.simulation = simulation;
  }

  /**
   * Answers a request, or begins to.
   *
   * @return the answer on its way; empty if it has been answered already
   */
  Optional<Generation> route(FullHttpRequest request, Exchange exchange, EventExecutor loop) {
    String path = request.uri().replaceFirst("[?#].*", "");
    boolean text = path.endsWith("/completions") && request.method().name().equals("POST");
    if (text) {
      simulation.truth().arrived();
    }
    try {
      check(request, path);
      byte[] body = ByteBufUtil.getBytes(request.content());
      switch (request.method().name() + " " + path) {
        case "POST /v1/chat/completions" -> {
          return simulation.complete(true, body, exchange, loop);
        }
        case "POST /v1/completions" -> {
          return simulation.complete(false, body, exchange, loop);
        }
        default -> exchange.respond(page(request.method().name() + " " + path, body));
      }
    } catch (RefusedRequest e) {
      if (text) {
        simulation.truth().failed(e.error().errorClass());
      }
      exchange.respond(Page.of(e.error()));
    }
    return Optional.empty();
  }

  private void check(FullHttpRequest request, String path) {
    if (!PATHS.contains(path)) {
      throw new RefusedRequest(
          new ApiError(404, "NotFoundError", "Not Found", Optional.empty(), "not_found"));
    }
    boolean ours = path.startsWith("/simulator/") || path.equals("/metrics");
    if (!ours && simulation.isStarting()) {
      throw new RefusedRequest(ApiError.starting());
    }
    String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
    if (path.startsWith("/v1/")
        && simulation.settings().key().filter(key -> !key.accepts(authorization)).isPresent()) {
      throw new RefusedRequest(ApiError.unauthorized());
    }
  }

  private Page page(String methodAndPath, byte[] body) {
    return switch (methodAndPath) {
      case "GET /health" -> Page.text(200, "");
      case "GET /version" -> Page.json(200, "{\"version\":\"0.32.0-simulated\"}");
      case "GET /metrics" -> simulation.metricsPage();
      case "GET /v1/models" -> Page.json(200, models());
      case "POST /tokenize" -> Page.json(200, tokenCount(simulation.reader().tokenCount(body)));
      case "GET /simulator/truth" -> Page.json(200, truth());
      case "POST /simulator/reset" -> {
        simulation.truth().reset();
        yield Page.text(200, "");
      }
      default ->
          throw new RefusedRequest(
              new ApiError(
                  405, "MethodNotAllowed", "Method Not Allowed", Optional.empty(), "bad_request"));
    };
  }

  private String models() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("object", "list");
    ObjectNode model = root.putArray("data").addObject();
    model.put("id", simulation.settings().model());
    model.put("object", "model");
    model.put("created", simulation.clock().instant().getEpochSecond());
    model.put("owned_by", "vllm");
    model.put("root", simulation.settings().model());
    model.putNull("parent");
    model.put("max_model_len", simulation.settings().contextLength());
    return root.toString();
  }

  private String tokenCount(int tokens) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("count", tokens);
    root.put("max_model_len", simulation.settings().contextLength());
    return root.toString();
  }

  private String truth() {
    try {
      return mapper.writeValueAsString(simulation.report());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The report cannot be written as JSON.", e);
    }
  }
}
