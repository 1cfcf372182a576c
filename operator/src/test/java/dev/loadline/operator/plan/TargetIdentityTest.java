package dev.loadline.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.api.TargetSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetIdentityTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "service: {name: vllm, namespace: models, port: 8000} | vllm.models:8000",
        "service: {name: vllm, port: 8000} | vllm.perf:8000",
        "service: {name: vllm, namespace: models, port: 8443, scheme: https} | vllm.models:8443",
        "url: 'http://vllm.models.svc.cluster.local:8000/v1' | vllm.models:8000",
        "url: 'http://vllm.models.svc:8000/v1' | vllm.models:8000",
        "url: 'https://vllm.models.svc:8000' | vllm.models:8000",
        "url: 'http://vllm.models:8000/other' | vllm.models:8000",
        "url: 'http://vllm:8000' | vllm.perf:8000",
        "url: 'http://VLLM.Models.SVC.cluster.LOCAL.:8000' | vllm.models:8000",
        "url: 'http://vllm-0.vllm.models.svc:8000' | vllm-0.vllm.models:8000",
        "url: 'http://gateway.example' | gateway.example:80",
        "url: 'https://gateway.example/v1' | gateway.example:443",
        "url: 'http://gateway.example:443/v1' | gateway.example:443",
        "url: 'https://api.gateway.example.:443' | api.gateway.example:443",
        "url: 'http://10.1.2.3:8000' | 10.1.2.3:8000",
        "url: 'http://[2001:DB8::1]:8000' | [2001:db8:0:0:0:0:0:1]:8000",
        "url: 'http://[2001:db8:0:0:0:0:0:1]:8000/v1' | [2001:db8:0:0:0:0:0:1]:8000",
        "url: 'http://[::ffff:10.1.2.3]:8000' | 10.1.2.3:8000",
        "url: 'http://localhost:8000' | localhost:8000",
        "url: 'http://127.0.0.1:8000/v1' | localhost:8000",
        "url: 'http://[::1]:8000/v1' | localhost:8000",
        "url: 'http://0x7f.example:8000' | 0x7f.example:8000",
      })
  void targetIsTheServerAsAPodOfItsNamespaceFindsIt(String target, String identity) {
    TargetSpec spec = Serialization.unmarshal(target, TargetSpec.class);

    assertThat(TargetIdentity.of(spec, "perf").map(TargetIdentity::toString)).contains(identity);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "url: 'not a url'", "url: 'ftp://host/'", "url: 'http://'"})
  void whatNamesNoServerIsNoTarget(String target) {
    TargetSpec spec = Serialization.unmarshal(target, TargetSpec.class);

    assertThat(TargetIdentity.of(spec, "perf")).isEmpty();
  }

  @Test
  void missingTargetIsNone() {
    assertThat(TargetIdentity.of((TargetSpec) null, "perf")).isEmpty();
  }
}
