package dev.loadline.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetServiceTest {
  @ParameterizedTest
  @CsvSource({
    "http://vllm.models.svc:8000/v1, vllm, models",
    "https://vllm.models.svc/v1, vllm, models",
    "http://vllm-2.models.svc.cluster.local:8000/v1, vllm-2, models",
    "http://vllm.models.svc.example.org/v1, vllm, models"
  })
  void knowsTheServiceByItsName(String url, String name, String namespace) {
    assertThat(target(url).service()).contains(new Target.Service(name, namespace));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://gateway.example/v1",
        "http://127.0.0.1:8000/v1",
        "http://pod-0.vllm.models.svc:8000/v1",
        "http://vllm.models.svcs:8000/v1",
        "https://gateway.example/a.b.svc/v1"
      })
  void takesNothingElseForAService(String url) {
    assertThat(target(url).service()).isEmpty();
  }

  private static Target target(String url) {
    return new Target(
        url,
        Optional.empty(),
        "Chat",
        "Auto",
        Optional.empty(),
        List.of(),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Duration.ofMinutes(5));
  }
}
