package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.operator.RealOperator;
import dev.loadline.runner.contract.Environment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code demo} with a test that need not wait for the next minute. */
class DemoApiTest {
  @TempDir private Path folder;
  private final Captured captured = new Captured();

  private int demo(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("demo.yaml"), text);
    return captured.run(
        new DemoCommand(
            RealOperator::starter,
            Map.of(Environment.CLIENT_WARMUP_MILLIS, "0"),
            captured.outStream,
            captured.errorStream),
        "--file",
        file.toString());
  }

  @Test
  void showsATestFromTheManifestToTheSeries() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int code = demo(test("http://127.0.0.1:%d/v1".formatted(taken.getLocalPort())));
      assertThat(captured.out())
          .contains("(Port " + taken.getLocalPort() + " is taken: the test's url says ")
          .containsPattern("NAME +SCHEDULE +SUSPEND +LAST RUN +VERDICT +TTFT-P95")
          .containsPattern("demo +false")
          .containsPattern("demo-\\S+: Completed")
          .containsPattern("users +TTFT +8\\d ")
          .containsPattern("Verdict: (None|Invalid)")
          .contains("loadline_last_run_verdict{")
          .doesNotContain("quantile=\"0.95\"")
          .contains("What next:");
      assertThat(code).isIn(0, 2);
      // A busy machine may make it Invalid, and then there are no figures.
      for (String series : List.of("ttft_seconds{loadtest=\"demo\"", "output_tokens_per_second{")) {
        assertThat(captured.out().contains("loadline_" + series)).as(series).isEqualTo(code == 0);
      }
      assertThat(captured.errors()).isEmpty();
    }
  }

  @Test
  void refusesABrokenManifest() throws Exception {
    assertThat(demo("kind: LoadTest\n")).isEqualTo(64);
    assertThat(captured.errors()).contains("document 1, LoadTest: apiVersion: is missing");
  }

  private static String test(String url) {
    return """
    apiVersion: loadline.dev/v1alpha1
    kind: LoadTest
    metadata: {name: demo}
    spec:
      target: {url: "%s"}
      workload: {synthetic: {inputTokens: 20, outputTokens: 5}}
      load: {warmup: 0s, stages: [{name: users, users: 8, requests: 80}]}
    """
        .formatted(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1:18000/v1",
        "http://127.0.0.1/v1",
        "http://models.example:80/v1"
      })
  void refusesATargetThatIsNotItsOwn(String url) throws Exception {
    assertThat(demo(test(url))).isEqualTo(64);
    assertThat(captured.errors())
        .contains("spec.target.url is " + url + ": the demo measures its own simulator");
  }

  @Test
  void refusesToShowNothing() {
    assertThat(
            captured.run(
                new DemoCommand(
                    RealOperator::starter, Map.of(), captured.outStream, captured.errorStream)))
        .isEqualTo(64);
    assertThat(captured.errors()).contains("--file examples/demo.yaml");
  }

  @Test
  void refusesMoreThanATest() throws Exception {
    String one = test("http://127.0.0.1:18000/v1");
    assertThat(demo(one + "---\n" + one.replace("name: demo", "name: other"))).isEqualTo(64);
    assertThat(captured.errors()).contains("the demo shows a single LoadTest");
  }
}
