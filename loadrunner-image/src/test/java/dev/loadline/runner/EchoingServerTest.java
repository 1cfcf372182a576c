package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunResult.ErrorCount;
import dev.loadline.runner.contract.RunResult.Outcome;
import dev.loadline.runner.contract.RunResult.TargetFacts;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.prompt.Calibration;
import dev.loadline.runner.prompt.Conversations;
import dev.loadline.runner.prompt.PromptSource;
import dev.loadline.runner.prompt.Text;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a server says of a request's secrets, the runner's output, log and result do not. */
@Timeout(120)
class EchoingServerTest {
  @TempDir Path folder;

  @Test
  void aRefusedKeyIsNeitherRetriedNorShown() throws Exception {
    HttpServer server = echoing("/v1/models", 401);
    RunPlan plan =
        Plans.withSecrets(Plans.endless(url(server)), Environment.API_KEY, Canary.HEADER);
    try (RunnerProcess runner = RunnerProcess.start(folder, plan, Canary.SECRETS)) {
      assertThat(runner.exitCode()).as(runner::everything).isEqualTo(77);
      assertThat(runner.result().outcome()).isEqualTo(Outcome.UNAUTHORIZED);
      assertThat(runner.result().message().orElseThrow()).contains("401").contains("key");
      assertNoSecret(runner);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aServerThatEchoesEverythingMakesNothingSecretVisible() throws Exception {
    HttpServer server = echoing("/v1/chat/completions", 500);
    server.createContext(
        "/v1/models",
        exchange -> answer(exchange, 200, "{\"object\":\"list\",\"data\":[{\"id\":\"echo\"}]}"));
    RunPlan plan =
        Plans.withSecrets(Plans.requests(url(server), 6), Environment.API_KEY, Canary.HEADER);
    try (RunnerProcess runner = RunnerProcess.start(folder, plan, Canary.SECRETS)) {
      assertThat(runner.exitCode()).as(runner::everything).isZero();
      StageResult stage = runner.result().stages().getFirst();

      assertThat(stage.requests().completed()).isZero();
      assertThat(stage.requests().failed()).isGreaterThanOrEqualTo(6);
      assertThat(stage.errors()).extracting(ErrorCount::errorClass).containsExactly("http_5xx");
      assertThat(stage.errors().getFirst().example().orElseThrow()).contains("500");
      assertNoSecret(runner);
      String prompt = firstText(plan);
      assertThat(runner.everything()).doesNotContain(prompt.substring(0, 40));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aServerThatNamesItselfAfterTheKeyMakesNothingSecretVisible() throws Exception {
    String base64 = Base64.getEncoder().encodeToString(Canary.KEY.getBytes(StandardCharsets.UTF_8));
    HttpServer server = echoing("/v1/chat/completions", 500);
    String model = "{\"id\":\"%s\\u001b[31m\",\"owned_by\":\"vllm\"}".formatted(base64);
    server.createContext(
        "/v1/models", exchange -> answer(exchange, 200, "{\"data\":[%s]}".formatted(model)));
    server.createContext(
        "/version",
        exchange -> answer(exchange, 200, "{\"version\":\"1-%s\"}".formatted(Canary.KEY)));
    RunPlan plan =
        Plans.withSecrets(Plans.requests(url(server), 6), Environment.API_KEY, Canary.HEADER);
    try (RunnerProcess runner = RunnerProcess.start(folder, plan, Canary.SECRETS)) {
      assertThat(runner.exitCode()).as(runner::everything).isZero();

      assertThat(runner.result().target())
          .contains(new TargetFacts("[…] [31m", "vLLM", Optional.of("1-[…]"), Optional.empty()));
      assertNoSecret(runner);
      assertThat(runner.everything()).doesNotContain(base64);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whatStandsInTheSpecIsNotHidden() throws Exception {
    HttpServer server = echoing("/v1/chat/completions", 500);
    server.createContext(
        "/v1/models",
        exchange -> answer(exchange, 200, "{\"data\":[{\"id\":\"tenant-7-model\"}]}"));
    RunPlan.Header open = new RunPlan.Header("X-Tenant", Environment.HEADER_PREFIX + 0, true);
    RunPlan plan = Plans.withSecrets(Plans.requests(url(server), 6), Environment.API_KEY, open);
    Map<String, String> values =
        Map.of(Environment.API_KEY, Canary.KEY, Environment.HEADER_PREFIX + 0, "tenant-7");
    try (RunnerProcess runner = RunnerProcess.start(folder, plan, values)) {
      assertThat(runner.exitCode()).as(runner::everything).isZero();

      assertThat(runner.result().target().orElseThrow().model()).isEqualTo("tenant-7-model");
      assertThat(runner.result().stages().getFirst().errors().getFirst().example().orElseThrow())
          .contains("tenant-7")
          .contains("Bearer […]");
    } finally {
      server.stop(0);
    }
  }

  private static String firstText(RunPlan plan) {
    Conversations conversations = new PromptSource(plan, Calibration.NONE, Path.of("")).share(0, 1);
    Text text = conversations.next().first().messages().getFirst().text();
    byte[] bytes = new byte[text.length()];
    assertThat(text.copyTo(bytes, 0)).isGreaterThan(40);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void assertNoSecret(RunnerProcess runner) {
    assertThat(runner.everything()).doesNotContain(Canary.KEY).doesNotContain(Canary.VALUE);
    assertThat(runner.err()).doesNotContain("\tat ").doesNotContain("Exception");
  }

  /** Answers with what the request brought, as some gateways do. */
  private static HttpServer echoing(String path, int status) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        path,
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String headers =
              exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + exchange.getRequestHeaders().getFirst("X-Tenant");
          answer(exchange, status, "{\"error\":{\"message\":\"" + headers + "\"}}" + body);
        });
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }
}
