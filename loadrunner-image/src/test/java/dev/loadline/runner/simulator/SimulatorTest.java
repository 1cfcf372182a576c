package dev.loadline.runner.simulator;

import static dev.loadline.runner.simulator.SimulatorFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorTest {
  @Test
  void listsItsModelAsVllmDoes() {
    try (var simulator = SimulatorFixture.with("--model=tiny", "--context-length=4096")) {
      var model = json(simulator.get("/v1/models")).at("/data/0");
      assertThat(model.path("id").textValue()).isEqualTo("tiny");
      assertThat(model.path("owned_by").textValue()).isEqualTo("vllm");
      assertThat(model.path("max_model_len").intValue()).isEqualTo(4096);
      assertThat(simulator.get("/health").statusCode()).isEqualTo(200);
      assertThat(json(simulator.get("/version")).path("version").textValue()).contains("simulated");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max_tokens:7 | 7",
        "max_completion_tokens:9 | 9",
        "max_tokens:7,max_completion_tokens:9 | 9",
        "stream:false | 5",
        "max_tokens:null | 5"
      })
  void outputIsAsLongAsAskedForElseAsConfigured(String fields, int tokens) {
    try (var simulator = SimulatorFixture.with("--tokens=5")) {
      HttpResponse<String> response = simulator.chat(fields.replaceAll("(\\w+):", "\"$1\":"));
      assertThat(json(response).at("/usage/completion_tokens").intValue()).isEqualTo(tokens);
      assertThat(json(response).at("/choices/0/message/content").textValue().split(" ", -1))
          .hasSize(tokens);
      assertThat(json(response).at("/choices/0/finish_reason").textValue()).isEqualTo("length");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void liesAboutItsTokensIfToldTo(boolean stream) {
    try (var simulator = SimulatorFixture.with("--usage-factor=1.2", "--prompt-usage-factor=.5")) {
      HttpResponse<String> response =
          simulator.chat(
              "\"max_tokens\":10,\"stream\":%s%s"
                  .formatted(stream, stream ? ",\"stream_options\":{\"include_usage\":true}" : ""));
      var usage =
          json(stream ? SimulatorFixture.events(response).reversed().get(1) : response.body())
              .path("usage");
      int truth = (int) simulator.truth().promptTokens();
      assertThat(usage.path("completion_tokens").intValue()).isEqualTo(12);
      assertThat(usage.path("prompt_tokens").intValue()).isEqualTo(Math.round(truth * .5f));
    }
  }

  @Test
  void endsEarlyByItselfUnlessToldNotTo() {
    try (var simulator = SimulatorFixture.with("--eos-share=1", "--seed=4")) {
      int total = 0;
      for (int i = 0; i < 20; i++) {
        var answer = json(simulator.completion("\"max_tokens\":50,\"min_tokens\":20"));
        assertThat(answer.at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
        int tokens = answer.at("/usage/completion_tokens").intValue();
        assertThat(tokens).isBetween(20, 50);
        total += tokens;
      }
      assertThat(total).isLessThan(20 * 50);
      var forced = json(simulator.completion("\"max_tokens\":50,\"ignore_eos\":true"));
      assertThat(forced.at("/usage/completion_tokens").intValue()).isEqualTo(50);
      assertThat(simulator.get("/metrics").body())
          .contains(
              "vllm:request_success_total{engine=\"0\",finished_reason=\"stop\",model_name=\"simulated\"}"
                  + " 20.0");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'prompt':3 | body is not valid JSON (line 1, column 12)",
        "[] | must be a JSON object",
        "{} | prompt must be one string",
        "{'prompt':['a','b']} | prompt must be one string",
        "{'prompt':'secret','max_tokens':0} | max_tokens must be at least 1, got 0",
        "{'prompt':'secret','max_tokens':'7'} | max_tokens must be a whole number",
        "{'prompt':'secret','stream':'yes'} | stream must be true or false",
        "{'prompt':'secret','n':2} | n must be 1",
        "{'prompt':'secret','max_tokens':2,'min_tokens':3} | min_tokens must lie between",
        "{'prompt':'secret','stream_options':{'include_usage':true}} | only be defined when",
        "{'prompt':'secret','model':7} | model must be a string"
      })
  void refusesBadInputInTheShapeOfVllmWithoutQuotingThePrompt(String body, String sentence) {
    try (var simulator = SimulatorFixture.with()) {
      HttpResponse<String> response = simulator.post("/v1/completions", body.replace('\'', '"'));
      assertThat(response.statusCode()).isEqualTo(400);
      var error = json(response).path("error");
      assertThat(error.path("message").textValue()).contains(sentence).doesNotContain("secret");
      assertThat(error.path("type").textValue()).isEqualTo("BadRequestError");
      assertThat(error.path("code").intValue()).isEqualTo(400);
      assertThat(simulator.truth().errors()).containsOnly(Map.entry("bad_request", 1L));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'messages':[]}",
        "{'messages':['x']}",
        "{'messages':[{'role':'user','content':3}]}"
      })
  void refusesBadMessages(String body) {
    try (var simulator = SimulatorFixture.with()) {
      HttpResponse<String> response =
          simulator.post("/v1/chat/completions", body.replace('\'', '"'));
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(json(response).at("/error/param").textValue()).isEqualTo("messages");
    }
  }

  @Test
  void refusesAnotherModelAndAnUnknownPath() {
    try (var simulator = SimulatorFixture.with("--model=tiny")) {
      HttpResponse<String> response = simulator.chat("\"model\":\"nope\"");
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body())
          .isEqualTo(
              "{\"error\":{\"message\":\"The model `nope` does not exist. Valid aliases:"
                  + " tiny.\",\"type\":\"NotFoundError\",\"param\":\"model\",\"code\":404}}");
      assertThat(simulator.get("/v2/models").statusCode()).isEqualTo(404);
      assertThat(simulator.get("/v1/completions").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void refusesAPromptThatDoesNotFit() {
    try (var simulator = SimulatorFixture.with("--context-length=10")) {
      assertThat(simulator.completion("\"max_tokens\":7").statusCode()).isEqualTo(200);
      HttpResponse<String> response = simulator.completion("\"max_tokens\":8");
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(json(response).at("/error/message").textValue())
          .startsWith("This model's maximum context length is 10 tokens.");
      assertThat(
              json(simulator.completion("\"stream\":false")).at("/usage/total_tokens").intValue())
          .isEqualTo(10);
      assertThat(simulator.truth().errors()).containsOnlyKeys("context_length");
    }
  }

  @Test
  void countsWordsAsTokens() {
    try (var simulator = SimulatorFixture.with("--context-length=100")) {
      var counted = json(simulator.post("/tokenize", "{\"prompt\":\" a  b\\n\\tcé \"}"));
      assertThat(counted.path("count").intValue()).isEqualTo(3);
      assertThat(counted.path("max_model_len").intValue()).isEqualTo(100);
      String messages =
          "{\"messages\":[{\"role\":\"system\",\"content\":\"a"
              + " b\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"c d\"}]}]}";
      assertThat(json(simulator.post("/tokenize", messages)).path("count").intValue()).isEqualTo(4);
      var ids =
          json(simulator.post("/v1/completions", "{\"prompt\":[1,2,3,4,5],\"max_tokens\":1}"));
      assertThat(ids.at("/usage/prompt_tokens").intValue()).isEqualTo(5);
    }
  }

  @Test
  void putsTheTemplateInFrontOfChatPrompts() {
    try (var simulator = SimulatorFixture.with("--template-tokens=9")) {
      String messages = "{\"messages\":[{\"role\":\"user\",\"content\":\"a b\"}]}";
      assertThat(json(simulator.post("/tokenize", messages)).path("count").intValue())
          .isEqualTo(11);
      assertThat(json(simulator.post("/tokenize", "{\"prompt\":\"a b\"}")).path("count").intValue())
          .isEqualTo(2);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SimulatorFixture.with("--template-tokens=-1"));
  }

  @Test
  void wantsTheKeyThatTheEnvironmentHolds() {
    Map<String, String> environment = Map.of("SIMULATOR_KEY", "sesame");
    try (var simulator = SimulatorFixture.with(environment, "--api-key-variable=SIMULATOR_KEY")) {
      HttpResponse<String> refused = simulator.get("/v1/models");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.body()).doesNotContain("sesame");
      assertThat(bearer(simulator, "sesam")).isEqualTo(401);
      assertThat(bearer(simulator, "sesame")).isEqualTo(200);
      assertThat(simulator.get("/health").statusCode()).isEqualTo(200);
      assertThat(simulator.chat("\"max_tokens\":1").statusCode()).isEqualTo(401);
      assertThat(simulator.truth().errors()).containsOnly(Map.entry("unauthorized", 1L));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SimulatorFixture.with("--api-key-variable=SIMULATOR_KEY"))
        .withMessageContaining("SIMULATOR_KEY");
  }

  private static int bearer(SimulatorFixture simulator, String key) {
    return simulator
        .send(simulator.request("/v1/models").header("Authorization", "Bearer " + key))
        .statusCode();
  }

  @Test
  void answers503UntilItHasStarted() {
    try (var simulator = SimulatorFixture.with("--startup-delay=1h")) {
      assertThat(simulator.get("/health").statusCode()).isEqualTo(503);
      assertThat(simulator.get("/v1/models").statusCode()).isEqualTo(503);
      assertThat(simulator.chat("\"max_tokens\":1").statusCode()).isEqualTo(503);
      assertThat(simulator.get("/simulator/truth").statusCode()).isEqualTo(200);
      assertThat(simulator.truth().errors()).containsOnlyKeys("starting");
    }
  }

  @Test
  void reportsTokensOfPromptsSeenBefore() {
    String words = "w ".repeat(150);
    String body = "{\"prompt\":\"%s%s\",\"max_tokens\":1%s}";
    try (var simulator = SimulatorFixture.with("--prefix-cache=on")) {
      assertThat(cached(simulator, body.formatted(words, "x", ""))).isZero();
      assertThat(cached(simulator, body.formatted(words, "y", ""))).isEqualTo(128);
      assertThat(cached(simulator, body.formatted("z " + words, "x", ""))).isZero();
      assertThat(cached(simulator, body.formatted(words, "x", ",\"cache_salt\":\"s\""))).isZero();
      assertThat(simulator.truth().cachedTokens()).isEqualTo(128);
      assertThat(simulator.get("/metrics").body())
          .contains("vllm:prefix_cache_hits_total{engine=\"0\",model_name=\"simulated\"} 128.0")
          .contains("vllm:prefix_cache_queries_total{engine=\"0\",model_name=\"simulated\"} 605.0");
    }
    try (var simulator = SimulatorFixture.with()) {
      HttpResponse<String> response =
          simulator.post("/v1/completions", body.formatted(words, "x", ""));
      assertThat(json(response).path("usage").has("prompt_tokens_details")).isFalse();
    }
  }

  private static int cached(SimulatorFixture simulator, String body) {
    return json(simulator.post("/v1/completions", body))
        .at("/usage/prompt_tokens_details/cached_tokens")
        .intValue();
  }

  @Test
  void tellsWhatItSentAndForgetsItWhenTold() {
    try (var simulator = SimulatorFixture.with()) {
      simulator.chat("\"max_tokens\":4,\"stream\":true");
      simulator.chat("\"max_tokens\":4,\"stream\":true");
      var truth = json(simulator.get("/simulator/truth"));
      assertThat(truth.path("succeeded").intValue()).isEqualTo(2);
      assertThat(truth.path("outputTokens").intValue()).isEqualTo(8);
      assertThat(truth.path("promptTokens").intValue()).isEqualTo(6);
      assertThat(truth.at("/ttftMillis/count").intValue()).isEqualTo(2);
      assertThat(truth.at("/itlMillis/count").intValue()).isEqualTo(6);
      assertThat(truth.at("/e2eMillis/p99").doubleValue())
          .isGreaterThanOrEqualTo(truth.at("/ttftMillis/p99").doubleValue());
      assertThat(simulator.post("/simulator/reset", "").statusCode()).isEqualTo(200);
      var empty = json(simulator.get("/simulator/truth"));
      assertThat(empty.path("requests").intValue()).isZero();
      assertThat(empty.at("/ttftMillis/count").intValue()).isZero();
    }
  }

  @Test
  void countsInTheMetricsOfVllm() {
    try (var simulator = SimulatorFixture.with("--model=tiny")) {
      simulator.chat("\"max_tokens\":4,\"stream\":true");
      String labels = "{engine=\"0\",model_name=\"tiny\"}";
      HttpResponse<String> page = simulator.get("/metrics");
      assertThat(page.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain");
      assertThat(page.body())
          .contains("# TYPE vllm:time_to_first_token_seconds histogram")
          .contains("vllm:time_to_first_token_seconds_count" + labels + " 1")
          .contains("vllm:inter_token_latency_seconds_count" + labels + " 3")
          .contains("vllm:request_time_per_output_token_seconds_count" + labels + " 1")
          .contains("vllm:e2e_request_latency_seconds_count" + labels + " 1")
          .contains("vllm:request_queue_time_seconds_count" + labels + " 1")
          .contains("vllm:prompt_tokens_total" + labels + " 3.0")
          .contains("vllm:generation_tokens_total" + labels + " 4.0")
          .contains("vllm:num_requests_running" + labels + " 0.0")
          .contains("vllm:num_requests_waiting" + labels + " 0.0")
          .contains("vllm:prefix_cache_queries_total" + labels + " 0.0")
          .contains("finished_reason=\"length\",model_name=\"tiny\"} 1.0")
          .contains("le=\"0.075\"");
    }
  }

  @Test
  void namesThePortThatIsTaken() {
    try (var simulator = SimulatorFixture.with()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Simulator.start(SimulatorSettings.parse("--port=" + simulator.port())))
          .withMessageContaining("Port " + simulator.port() + " on 127.0.0.1 is in use");
    }
  }
}
