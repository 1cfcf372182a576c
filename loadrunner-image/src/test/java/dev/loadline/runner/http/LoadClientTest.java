package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import dev.loadline.runner.measure.TokenSource;
import org.junit.jupiter.api.Test;

class LoadClientTest {
  @Test
  void measuresAStream() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(peer -> {
              peer.request();
              peer.stream(4);
              peer.awaitEnd();
            });
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      RequestTimeline timeline = client.request();

      assertThat(timeline.outcome()).isEqualTo(new Outcome.Success());
      assertThat(timeline.counts().events()).isEqualTo(4);
      assertThat(timeline.counts().output()).isEqualTo(4);
      assertThat(timeline.counts().source()).isEqualTo(TokenSource.USAGE);
      assertThat(timeline.counts().input()).hasValue(7);
      assertThat(timeline.connectNanos()).isPresent();
      assertThat(timeline.ttfbNanos()).isPresent();
      assertThat(timeline.ttftNanos().orElseThrow()).isPositive();
      assertThat(timeline.e2eNanos().orElseThrow())
          .isGreaterThanOrEqualTo(timeline.ttftNanos().orElseThrow());
    }
  }
}
