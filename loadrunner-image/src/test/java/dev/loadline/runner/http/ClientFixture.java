package dev.loadline.runner.http;

import dev.loadline.runner.http.HostAddresses.Lookup;
import dev.loadline.runner.measure.RequestTimeline;
import dev.loadline.runner.measure.TokenGaps;
import dev.loadline.runner.prompt.Message;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A client on one event loop, called from a test's thread. */
final class ClientFixture implements AutoCloseable {
  static final String PROMPT = "amber \"quartz\"\nlantern orbit meadow";
  static final String KEY = "sk-very-secret-0123456789";
  static final Timeouts PATIENT =
      new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(30));
  private static final long LIMIT_SECONDS = 20;

  private final EventLoops loops;
  private final EventLoop loop;
  private final LoadClient client;
  private final RequestEncoder encoder;

  ClientFixture(EventLoops loops, Endpoint endpoint) {
    this(loops, endpoint, LoadClient.onEach(loops, endpoint).getFirst());
  }

  private ClientFixture(
      EventLoops loops,
      Endpoint endpoint,
      Connector connector,
      KeepAlive keepAlive,
      AnswerBudget budget) {
    this(
        loops,
        endpoint,
        new LoadClient(loops.all().getFirst(), endpoint, connector, keepAlive, budget));
    connector.addresses().lookUpNow(System.nanoTime());
  }

  private ClientFixture(EventLoops loops, Endpoint endpoint, LoadClient client) {
    this.loops = loops;
    this.client = client;
    loop = loops.all().getFirst();
    encoder = new RequestEncoder(endpoint.api(), EngineProfile.OPENAI, "m", Optional.empty());
  }

  static Endpoint endpoint(int port, Timeouts timeouts) {
    return endpoint("http://127.0.0.1:" + port + "/v1", TlsSettings.VERIFIED, timeouts);
  }

  static Endpoint endpoint(String url, TlsSettings tls, Timeouts timeouts) {
    return Endpoint.of(url, Api.CHAT, Map.of("Authorization", "Bearer " + KEY), tls, timeouts);
  }

  static ClientFixture to(int port, Timeouts timeouts) {
    return new ClientFixture(EventLoops.start(1, "test"), endpoint(port, timeouts));
  }

  /** A client that uses connections again by these rules. */
  static ClientFixture keeping(int port, KeepAlive keepAlive) {
    return with(port, keepAlive, new AnswerBudget(Long.MAX_VALUE));
  }

  /** A client whose answers may take so much memory. */
  static ClientFixture withMemory(int port, AnswerBudget budget) {
    return with(port, KeepAlive.DEFAULT, budget);
  }

  private static ClientFixture with(int port, KeepAlive keepAlive, AnswerBudget budget) {
    EventLoops loops = EventLoops.start(1, "test");
    Endpoint endpoint = endpoint(port, PATIENT);
    Connector connector = Connector.of(loops, loops.all().getFirst(), endpoint);
    return new ClientFixture(loops, endpoint, connector, keepAlive, budget);
  }

  /** A client with connections and addresses of the test's making. */
  static ClientFixture with(UnaryOperator<Bootstrap> change, int port, Lookup lookup) {
    EventLoops loops = EventLoops.start(1, "test");
    EventLoop loop = loops.all().getFirst();
    Endpoint endpoint =
        endpoint("http://test.invalid:" + port + "/v1", TlsSettings.VERIFIED, PATIENT);
    HostAddresses addresses = new HostAddresses(endpoint, lookup, Runnable::run);
    Connector connector = new Connector(change.apply(loops.client(loop)), addresses, endpoint);
    return new ClientFixture(
        loops, endpoint, connector, KeepAlive.DEFAULT, new AnswerBudget(Long.MAX_VALUE));
  }

  RequestBody body() {
    return encoder.encode(List.of(Message.user(PROMPT)), 4);
  }

  /** Begins a request. */
  CompletableFuture<RequestTimeline> begin(TokenGaps gaps) {
    return begin(new RequestTimeline(), gaps);
  }

  /** Begins a request with this timeline, to be looked at on the loop. */
  CompletableFuture<RequestTimeline> begin(RequestTimeline timeline) {
    return begin(timeline, NoTokenGaps.INSTANCE);
  }

  private CompletableFuture<RequestTimeline> begin(RequestTimeline timeline, TokenGaps gaps) {
    return begin(timeline, gaps, _ -> {});
  }

  /** Begins a request and tells on which thread it ended. */
  CompletableFuture<RequestTimeline> begin(TokenGaps gaps, Consumer<Thread> endedOn) {
    return begin(new RequestTimeline(), gaps, endedOn);
  }

  private CompletableFuture<RequestTimeline> begin(
      RequestTimeline timeline, TokenGaps gaps, Consumer<Thread> endedOn) {
    CompletableFuture<RequestTimeline> ended = new CompletableFuture<>();
    loop.execute(() -> {
      timeline.reset(System.nanoTime(), 4);
      boolean[] within = {true};
      client
          .lane(ConnectionReuse.POOLED)
          .send(
              body(),
              timeline,
              gaps,
              done -> {
                endedOn.accept(Thread.currentThread());
                if (within[0] || done != timeline) {
                  ended.completeExceptionally(new AssertionError("done within send"));
                } else if (!ended.complete(done)) {
                  throw new AssertionError("done twice");
                }
              });
      within[0] = false;
    });
    return ended;
  }

  /** Begins a request over that lane. */
  CompletableFuture<RequestTimeline> begin(Lane lane) {
    CompletableFuture<RequestTimeline> ended = new CompletableFuture<>();
    RequestTimeline timeline = new RequestTimeline();
    loop.execute(() -> {
      timeline.reset(System.nanoTime(), 4);
      lane.send(body(), timeline, NoTokenGaps.INSTANCE, ended::complete);
    });
    return ended;
  }

  /** Sends a request and waits for its end. */
  RequestTimeline request() {
    return await(begin(NoTokenGaps.INSTANCE));
  }

  static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }

  /** What the client says on its loop. */
  <T> T onLoop(Supplier<T> call) {
    return await(CompletableFuture.supplyAsync(call, loop));
  }

  LoadClient client() {
    return client;
  }

  /** Requests at once, until one of them ends: the first that a full backlog does not let in. */
  RequestTimeline filledBacklog() {
    CompletableFuture<RequestTimeline> ended = new CompletableFuture<>();
    for (int i = 0; i < 20; i++) {
      CompletableFuture<Boolean> _ = begin(NoTokenGaps.INSTANCE).thenApply(ended::complete);
    }
    return await(ended);
  }

  List<RequestTimeline> requests(int count) {
    return IntStream.range(0, count).mapToObj(_ -> request()).toList();
  }

  @Override
  public void close() {
    client.close();
    loops.close();
  }
}
