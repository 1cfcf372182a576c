package dev.loadline.operator.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.loadline.operator.RealOperator;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Local mode with the real operator, of which the API server takes no status. */
class RefusedStatusSessionApiTest {
  private static final int ALWAYS = 9999;

  @Test
  @Timeout(120)
  void endsWithTheServersWordsAndCodeThree() throws IOException, InterruptedException {
    ObjectNode object =
        (ObjectNode)
            new YAMLMapper()
                .readTree(
                    """
                    apiVersion: loadline.dev/v1alpha1
                    kind: LoadTestRun
                    metadata: {name: night}
                    spec:
                      test:
                        target: {url: "http://127.0.0.1:1/v1", readinessTimeout: 100s}
                        workload: {synthetic: {inputTokens: 20, outputTokens: 5}}
                        load: {warmup: 0s, drainTimeout: 1s, stages: [{name: one, users: 1, requests: 8}]}
                    """);
    Manifest run = new Manifest("file", 1, object);
    SessionSettings settings =
        new SessionSettings(false, Duration.ofMinutes(2), Map.of(), Map.of(), line -> {});
    try (LocalSession session = LocalSession.open(RealOperator.starter(), settings)) {
      session
          .server()
          .faults()
          .inject(
              call -> call.resource().equals("loadtestruns") && call.subresource().equals("status"),
              ALWAYS,
              new Fault.Answer(422, "status.phase: Unsupported value", Optional.empty()));
      session.create(run, run.object());

      RunOutcome outcome = session.awaitRun(run, changed -> {});

      assertThat(outcome)
          .isEqualTo(
              new RunOutcome.NotRun(
                  "LoadTestRun night does not come to its end: the operator cannot go on (tried"
                      + " again every 30 s: status.phase: Unsupported value)",
                  false));
      assertThat(ExitCode.of(List.of(outcome))).isEqualTo(ExitCode.NOT_RUN);
    }
  }
}
