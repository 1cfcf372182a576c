package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.ConnectionReuse;
import dev.loadline.runner.http.Endpoint;
import dev.loadline.runner.http.EngineProfile;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.LoadClient;
import dev.loadline.runner.http.RequestEncoder;
import dev.loadline.runner.http.Timeouts;
import dev.loadline.runner.http.TlsSettings;
import dev.loadline.runner.prompt.Calibration;
import dev.loadline.runner.prompt.PromptSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a loop has ready before a stage. */
@Timeout(60)
class LoadLoopTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final EventLoops loops = EventLoops.start(1, "test-load");
  private final Queue<Socket> accepted = new ConcurrentLinkedQueue<>();
  private final RequestMaker maker = RequestMaker.start(cause -> {});
  private ServerSocket server;
  private LoadClient client;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              accepted.add(server.accept());
            }
          } catch (IOException closed) {
            // The test is over.
          }
        });
  }

  @AfterEach
  void close() throws IOException {
    maker.close();
    client.close();
    server.close();
    for (Socket socket : accepted) {
      socket.close();
    }
    loops.close();
  }

  private LoadLoop loop() {
    return loop(ConnectionReuse.POOLED);
  }

  private LoadLoop loop(ConnectionReuse reuse) {
    String url = "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    client =
        LoadClient.onEach(
                loops, Endpoint.of(url, Api.CHAT, Map.of(), TlsSettings.VERIFIED, Timeouts.DEFAULT))
            .getFirst();
    RunPlan plan = Plans.of(0, 0, Plans.users(1, 1));
    RequestSource source =
        new RequestSource(
            new PromptSource(plan, Calibration.NONE, Path.of("")).share(0, 1),
            new RequestEncoder(Api.CHAT, EngineProfile.OPENAI, "m", Optional.empty()));
    RequestQueue requests = new RequestQueue(source, maker, loops.all().getFirst(), 1 << 20);
    maker.fill(requests);
    return new LoadLoop(loops.all().getFirst(), client, reuse, requests);
  }

  private int idle() throws Exception {
    return loops.all().getFirst().submit(client::idleConnections).get();
  }

  @Test
  void connectionsThatHaveDiedAreReplacedBeforeTheNextStage() throws Exception {
    LoadLoop loop = loop();
    assertThat(loop.prepare(3).get(30, TimeUnit.SECONDS)).isEqualTo(3);
    assertThat(loop.prepare(3).get(30, TimeUnit.SECONDS)).isZero();
    await().atMost(LIMIT).until(() -> accepted.size() == 3);
    for (Socket socket : accepted) {
      socket.close();
    }
    await().atMost(LIMIT).until(() -> idle() == 0);
    assertThat(loop.prepare(3).get(30, TimeUnit.SECONDS)).isEqualTo(3);
  }

  @Test
  void noConnectionIsBegunOnceTheStageHasStarted() throws Exception {
    LoadLoop loop = loop();
    CompletableFuture<Integer> opened = new CompletableFuture<>();
    loop.execute(() -> {
      var _ = loop.prepare(100).thenAccept(opened::complete);
      loop.endPreparation();
    });
    await().atMost(LIMIT).until(() -> accepted.size() == 8 && idle() == 8);
    assertThat(loop.prepare(10).get(30, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(opened).isNotDone();
    assertThat(idle()).isEqualTo(10);
  }

  @Test
  void noConnectionIsOpenedForRequestsThatEachOpenTheirOwn() throws Exception {
    assertThat(loop(ConnectionReuse.PER_REQUEST).prepare(3).get(30, TimeUnit.SECONDS)).isZero();
    assertThat(idle()).isZero();
  }
}
