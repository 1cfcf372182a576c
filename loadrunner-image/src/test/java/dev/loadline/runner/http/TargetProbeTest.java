package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.http.ProbeResult.ModelNotServed;
import dev.loadline.runner.http.ProbeResult.NotFound;
import dev.loadline.runner.http.ProbeResult.Ready;
import dev.loadline.runner.http.ProbeResult.Timeout;
import dev.loadline.runner.http.ProbeResult.Unauthorized;
import dev.loadline.runner.http.ProbeResult.Unreachable;
import dev.loadline.runner.http.ScriptedServer.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetProbeTest {
  private static final EventLoops LOOPS = EventLoops.start(1, "probe");
  private static final Duration LONG = Duration.ofSeconds(30);

  @AfterAll
  static void closeLoops() {
    LOOPS.close();
  }

  /** A server of these pages; anything else is 404. */
  private static Script pages(Map<String, String> pages) {
    return peer -> {
      String head = peer.request();
      String path = head.substring(head.indexOf(' ') + 1, head.indexOf(" HTTP"));
      if (pages.containsKey(path)) {
        peer.answer(200, "application/json", pages.get(path));
      } else {
        peer.answer(404, "text/plain", "no such page");
      }
    };
  }

  private static String models(String ownedBy, String... ids) {
    return Arrays.stream(ids)
        .map(id -> "{\"id\":\"%s\",\"owned_by\":\"%s\"}".formatted(id, ownedBy))
        .collect(Collectors.joining(",", "{\"object\":\"list\",\"data\":[", "]}"));
  }

  private static ProbeResult probe(Script script, Optional<String> model, Duration timeout)
      throws IOException, InterruptedException {
    try (ScriptedServer server = ScriptedServer.start(script)) {
      return probe(ClientFixture.endpoint(server.port(), Timeouts.DEFAULT), model, timeout);
    }
  }

  private static ProbeResult probe(Endpoint endpoint, Optional<String> model, Duration timeout)
      throws InterruptedException {
    ProbeResult result =
        new TargetProbe(
                Connector.of(LOOPS, LOOPS.all().getFirst(), endpoint),
                endpoint,
                _ -> {},
                new QuickClock())
            .probe(model, Optional.empty(), timeout);
    assertThat(result.toString()).doesNotContain(ClientFixture.KEY);
    return result;
  }

  @Test
  void findsTheOnlyModel() throws Exception {
    Script script =
        pages(Map.of("/v1/models", models("vllm", "m"), "/version", "{\"version\":\"0.32.0\"}"));

    assertThat(probe(script, Optional.empty(), LONG))
        .isEqualTo(new Ready("m", EngineProfile.VLLM, Optional.of("0.32.0")));
  }

  @ParameterizedTest
  @CsvSource({
    "vllm, VLLM",
    "sglang, SGLANG",
    "tensorrt_llm, TENSORRT_LLM",
    "llamacpp, LLAMA_CPP",
    "me, OPENAI"
  })
  void tellsTheEngineByTheModelsOwner(String ownedBy, EngineProfile expected) throws Exception {
    assertThat(probe(pages(Map.of("/v1/models", models(ownedBy, "m"))), Optional.of("m"), LONG))
        .isEqualTo(new Ready("m", expected, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "vllm:num_requests_running, VLLM",
    "sglang:num_running_reqs, SGLANG",
    "trtllm_request_success_total, TENSORRT_LLM",
    "tgi_request_count, TGI",
    "llamacpp:prompt_tokens_total, LLAMA_CPP",
    "python_info, OPENAI"
  })
  void tellsTheEngineByItsMetrics(String metric, EngineProfile expected) throws Exception {
    String metrics =
        "# HELP a vllm: b\n# TYPE a counter\nprocess_cpu 1\n" + metric + "{a=\"b\"} 1\n";
    Script script = pages(Map.of("/v1/models", models("x", "m"), "/metrics", metrics));

    assertThat(probe(script, Optional.of("m"), LONG))
        .isEqualTo(new Ready("m", expected, Optional.empty()));
  }

  @Test
  void tellsTgiAndOllamaByTheirPages() throws Exception {
    String info = "{\"model_id\":\"m\",\"version\":\"3.3.1\"}";
    assertThat(
            probe(
                pages(Map.of("/v1/models", models("m", "m"), "/info", info)),
                Optional.empty(),
                LONG))
        .isEqualTo(new Ready("m", EngineProfile.TGI, Optional.of("3.3.1")));

    String version = "{\"version\":\"0.13.0\"}";
    Script ollama =
        pages(Map.of("/v1/models", models("library", "m:latest"), "/api/version", version));
    assertThat(probe(ollama, Optional.of("m"), LONG))
        .isEqualTo(new Ready("m", EngineProfile.OLLAMA, Optional.of("0.13.0")));
  }

  @Test
  void believesTheUserAboutTheEngine() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(pages(Map.of("/v1/models", models("vllm", "m"))))) {
      Endpoint endpoint = ClientFixture.endpoint(server.port(), Timeouts.DEFAULT);
      ProbeResult result =
          new TargetProbe(LOOPS, endpoint, _ -> {})
              .probe(Optional.empty(), Optional.of(EngineProfile.OPENAI), LONG);

      assertThat(result).isEqualTo(new Ready("m", EngineProfile.OPENAI, Optional.empty()));
    }
  }

  @Test
  void showsNoSecretThatTheServerSays() throws Exception {
    Script several = pages(Map.of("/v1/models", models("vllm", ClientFixture.KEY, "b")));
    assertThat(probe(several, Optional.empty(), LONG).toString()).contains("target.model: […], b.");

    String version = "{\"version\":\"%s\"}".formatted(ClientFixture.KEY);
    Script echo = pages(Map.of("/v1/models", models("vllm", "m"), "/version", version));
    assertThat(probe(echo, Optional.empty(), LONG))
        .isEqualTo(new Ready("m", EngineProfile.VLLM, Optional.of("[…]")));
  }

  @Test
  void waitsUntilTheModelIsThere() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Script script =
        peer -> {
          if (!peer.request().contains("/v1/models")) {
            peer.answer(404, "text/plain", "");
            return;
          }
          switch (asked.incrementAndGet()) {
            case 1 -> peer.reset();
            case 2 -> peer.answer(503, "text/plain", "loading");
            case 3 -> peer.answer(200, "application/json", models("vllm"));
            default -> peer.answer(200, "application/json", models("vllm", "m"));
          }
        };

    assertThat(probe(script, Optional.of("m"), LONG)).isInstanceOf(Ready.class);
    assertThat(asked).hasValue(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void saysAtOnceThatTheKeyIsRefused(int status) throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.answer(status, "text/plain", "who are you, " + ClientFixture.KEY);
        };

    assertThat(probe(script, Optional.of("m"), LONG))
        .isInstanceOfSatisfying(
            Unauthorized.class, result -> assertThat(result.sentence()).contains("API key"));
  }

  @Test
  void namesTenOfTheModelsThatAreServedInstead() throws Exception {
    String[] ids = IntStream.range(0, 25).mapToObj(i -> "model-" + i).toArray(String[]::new);

    assertThat(probe(pages(Map.of("/v1/models", models("x", ids))), Optional.of("nope"), LONG))
        .isInstanceOfSatisfying(
            ModelNotServed.class,
            result ->
                assertThat(result.sentence())
                    .contains("nope", "model-0", "model-9", "15 more")
                    .doesNotContain("model-10"));
  }

  @Test
  void asksForANameAtOnceWhereSeveralModelsAreServed() throws Exception {
    assertThat(probe(pages(Map.of("/v1/models", models("x", "a", "b"))), Optional.empty(), LONG))
        .isInstanceOfSatisfying(
            ModelNotServed.class,
            result -> assertThat(result.sentence()).contains("target.model", "a, b"));
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void saysThatTheTargetIsNotReady(int status) throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.answer(status, "text/plain", "");
        };

    assertThat(probe(script, Optional.of("m"), LONG))
        .isInstanceOfSatisfying(
            Timeout.class, result -> assertThat(result.sentence()).contains("HTTP " + status));
  }

  @Test
  void takesATargetWithoutAListWhoseLoadedPathExists() throws Exception {
    Script script =
        peer -> {
          String head = peer.request();
          int status = head.startsWith("POST /v1/chat/completions ") ? 422 : 404;
          peer.answer(status, "application/json", "{}");
        };

    assertThat(probe(script, Optional.of("m"), LONG))
        .isEqualTo(new Ready("m", EngineProfile.OPENAI, Optional.empty()));
    assertThat(probe(script, Optional.empty(), LONG)).isInstanceOf(NotFound.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
      })
  void saysThatTheApiIsNotThere(String answer) throws Exception {
    assertThat(probe(peer -> answer(peer, answer), Optional.of("m"), LONG))
        .isInstanceOfSatisfying(
            NotFound.class, result -> assertThat(result.sentence()).contains("base path"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-OpenSSH\r\n", ""})
  void saysThatNothingThereSpeaksTheProtocol(String answer) throws Exception {
    assertThat(probe(peer -> answer(peer, answer), Optional.of("m"), LONG))
        .isInstanceOfSatisfying(
            Unreachable.class, result -> assertThat(result.sentence()).isNotBlank());
  }

  private static void answer(ScriptedServer.Peer peer, String text) throws IOException {
    peer.request();
    peer.send(text);
  }

  @Test
  void saysWhatKeepsItFromConnecting() throws Exception {
    Endpoint refused = ClientFixture.endpoint(LoadClientTest.closedPort(), Timeouts.DEFAULT);
    assertThat(probe(refused, Optional.of("m"), LONG))
        .isInstanceOfSatisfying(
            Unreachable.class, result -> assertThat(result.sentence()).contains("refused"));

    Endpoint unknown =
        ClientFixture.endpoint(
            "http://no-such-host.invalid/v1", TlsSettings.VERIFIED, Timeouts.DEFAULT);
    assertThat(probe(unknown, Optional.of("m"), LONG))
        .isInstanceOfSatisfying(
            NotFound.class, result -> assertThat(result.sentence()).contains("unknown"));
  }

  @Test
  void saysThatTheServerDoesNotSpeakTls() throws Exception {
    Script plain =
        peer -> {
          peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
          peer.awaitEnd();
        };
    try (ScriptedServer server = ScriptedServer.start(plain)) {
      String url = "https://127.0.0.1:" + server.port();
      assertThat(
              probe(
                  ClientFixture.endpoint(url, TlsSettings.VERIFIED, Timeouts.DEFAULT),
                  Optional.of("m"),
                  LONG))
          .isInstanceOfSatisfying(
              Unreachable.class,
              result -> assertThat(result.sentence()).contains("does not speak TLS"));
    }
  }
}
