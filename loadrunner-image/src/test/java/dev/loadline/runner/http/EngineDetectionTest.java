package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.http.ProbeResult.Ready;
import dev.loadline.runner.http.ScriptedServer.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose answers are told apart, by pages as real servers send them. */
class EngineDetectionTest {
  private static final EventLoops LOOPS = EventLoops.start(1, "detection");

  @AfterAll
  static void closeLoops() {
    LOOPS.close();
  }

  private static ProbeResult probe(Script script) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(script)) {
      Endpoint endpoint = ClientFixture.endpoint(server.port(), Timeouts.DEFAULT);
      return new TargetProbe(LOOPS, endpoint, _ -> {})
          .probe(Optional.of("m"), Optional.empty(), Duration.ofSeconds(30));
    }
  }

  /** A server of these whole answers; anything else is 404. */
  private static Script answers(Map<String, String> answers) {
    return peer -> {
      String head = peer.request();
      String path = head.substring(head.indexOf(' ') + 1, head.indexOf(" HTTP"));
      peer.send(answers.getOrDefault(path, page("404 Not Found", "no such page")));
    };
  }

  private static String page(String status, String body) {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + length + "\r\n\r\n" + body;
  }

  private static String models(String ownedBy) {
    return page(
        "200 OK",
        "{\"object\":\"list\",\"data\":[{\"id\":\"m\",\"object\":\"model\",\"created\":1,"
            + "\"owned_by\":\""
            + ownedBy
            + "\",\"root\":\"m\",\"parent\":null,\"max_model_len\":4096}]}");
  }

  @Test
  void aGatewayThatPassesOnlyTheApiIsOpenAi() throws Exception {
    assertThat(probe(answers(Map.of("/v1/models", models("openai")))))
        .isEqualTo(new Ready("m", EngineProfile.OPENAI, Optional.empty()));
  }

  @Test
  void aGatewayBeforeVllmPassesItsName() throws Exception {
    assertThat(probe(answers(Map.of("/v1/models", models("vllm")))))
        .isEqualTo(new Ready("m", EngineProfile.VLLM, Optional.empty()));
  }

  @Test
  void aGatewayThatShowsAPageOfItsOwnForEachPathIsOpenAi() throws Exception {
    String home = page("200 OK", "<html>welcome to \"model_id\" and \"version\"</html>");
    assertThat(
            probe(
                answers(
                    Map.of(
                        "/v1/models", models("me"),
                        "/metrics", home,
                        "/info", home,
                        "/api/version", home))))
        .isEqualTo(new Ready("m", EngineProfile.OPENAI, Optional.empty()));
  }

  @Test
  void theVersionOfSglangIsReadFromEitherPage() throws Exception {
    String info = page("200 OK", "{\"version\":\"0.5.9\",\"internal_states\":[{}]}");
    assertThat(probe(answers(Map.of("/v1/models", models("sglang"), "/server_info", info))))
        .isEqualTo(new Ready("m", EngineProfile.SGLANG, Optional.of("0.5.9")));
  }

  @Test
  void aPageWithoutEndIsReadOnlyInPart() throws Exception {
    Script script =
        peer -> {
          String head = peer.request();
          if (head.startsWith("GET /v1/models")) {
            peer.send(models("me"));
          } else if (head.startsWith("GET /metrics")) {
            peer.streamHead();
            peer.chunk("# HELP a b\nvllm:num_requests_running 0\n");
            while (true) {
              peer.chunk("c 1\n".repeat(2_500));
            }
          } else {
            peer.answer(404, "text/plain", "");
          }
        };
    assertThat(probe(script)).isEqualTo(new Ready("m", EngineProfile.VLLM, Optional.empty()));
  }

  @Test
  @Timeout(25)
  void aGatewayThatKeepsItsPagesDoesNotHoldUpTheLoad() throws Exception {
    Script script =
        peer -> {
          if (peer.request().startsWith("GET /v1/models")) {
            peer.send(models("me"));
          } else {
            peer.awaitEnd();
          }
        };
    assertThat(probe(script)).isEqualTo(new Ready("m", EngineProfile.OPENAI, Optional.empty()));
  }
}
