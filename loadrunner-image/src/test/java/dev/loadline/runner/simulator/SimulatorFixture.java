package dev.loadline.runner.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A simulator on a real socket, fast unless told otherwise, and a client of it. */
final class SimulatorFixture implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern EVENT_END = Pattern.compile("\r?\n\r?\n");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Simulator simulator;

  private SimulatorFixture(SimulatorSettings settings) {
    simulator = Simulator.start(settings);
  }

  /** One that answers at once but for these options. */
  static SimulatorFixture with(String... options) {
    return with(Map.of(), options);
  }

  static SimulatorFixture with(Map<String, String> environment, String... options) {
    String[] fast = {"--port=0", "--ttft=0", "--itl=0"};
    String[] all = Arrays.copyOf(fast, fast.length + options.length);
    System.arraycopy(options, 0, all, fast.length, options.length);
    return new SimulatorFixture(SimulatorOptions.parse(all).settings(environment));
  }

  Simulator simulator() {
    return simulator;
  }

  int port() {
    return simulator.root().getPort();
  }

  HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  HttpResponse<String> post(String path, String body) {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> chat(String fields) {
    return post(
        "/v1/chat/completions",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"one two three\"}],%s}".formatted(fields));
  }

  HttpResponse<String> completion(String fields) {
    return post("/v1/completions", "{\"prompt\":\"one two three\",%s}".formatted(fields));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(simulator.root().resolve(path)).timeout(Duration.ofSeconds(30));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The data of each event of a stream, {@code [DONE]} among them. */
  static List<String> events(HttpResponse<String> response) {
    return EVENT_END
        .splitAsStream(response.body())
        .map(event -> {
          if (!event.startsWith("data: ")) {
            throw new AssertionError("no event: " + event);
          }
          return event.substring("data: ".length());
        })
        .toList();
  }

  static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(HttpResponse<String> response) {
    return json(response.body());
  }

  TruthReport truth() {
    return simulator.truth();
  }

  @Override
  public void close() {
    client.close();
    simulator.close();
  }
}
