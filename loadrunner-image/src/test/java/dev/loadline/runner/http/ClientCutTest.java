package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.http.ScriptedServer.Script;
import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ClientCutTest {
  private static final String FINISH =
      "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

  /** Cuts a request when the condition on its timeline, seen by its loop, is met. */
  private static RequestTimeline cut(Script script, Condition condition) throws Exception {
    RequestTimeline timeline = new RequestTimeline();
    try (ScriptedServer server = ScriptedServer.start(script);
        ClientFixture client = ClientFixture.to(server.port(), ClientFixture.PATIENT)) {
      CompletableFuture<RequestTimeline> request = client.begin(timeline);
      BooleanSupplier met = () -> condition.isMet(timeline);
      LoadClientTest.within(() -> client.onLoop(met::getAsBoolean));
      boolean _ =
          client.onLoop(() -> {
            client.client().cutAll();
            return true;
          });
      return ClientFixture.await(request);
    }
  }

  private interface Condition {
    boolean isMet(RequestTimeline timeline);
  }

  @Test
  void succeedsIfOnlyTheEndOfTheBodyIsMissing() throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.streamHead();
          peer.chunk(ClientFailureTest.TOKEN + FINISH);
          peer.awaitEnd();
        };

    RequestTimeline timeline = cut(script, at -> at.counts().events() == 1);

    assertThat(timeline.outcome()).isEqualTo(new Outcome.Success());
  }

  @Test
  void keepsTheStatusOfAnErrorWhoseBodyIsStillOnItsWay() throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.head(HttpResponseStatus.TOO_MANY_REQUESTS.code(), "Content-Length: 100");
          peer.send("slow down");
          peer.awaitEnd();
        };

    RequestTimeline timeline = cut(script, at -> at.ttfbNanos().isPresent());

    assertThat(LoadClientTest.errorClass(timeline)).isEqualTo(ErrorClass.OVERLOAD);
  }

  @Test
  void isCutIfTheAnswerHasNoEnd() throws Exception {
    Script script =
        peer -> {
          peer.request();
          peer.streamHead();
          peer.chunk(ClientFailureTest.TOKEN);
          peer.awaitEnd();
        };

    RequestTimeline timeline = cut(script, at -> at.counts().events() == 1);

    assertThat(LoadClientTest.errorClass(timeline)).isEqualTo(ErrorClass.CUT);
  }
}
