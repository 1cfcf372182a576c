package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.runner.arrival.ArrivalProcess;
import dev.loadline.runner.arrival.ArrivalRate;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.ConnectionReuse;
import dev.loadline.runner.http.Endpoint;
import dev.loadline.runner.http.EngineProfile;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.LoadClient;
import dev.loadline.runner.http.RequestEncoder;
import dev.loadline.runner.http.Timeouts;
import dev.loadline.runner.http.TlsSettings;
import dev.loadline.runner.measure.Recorder;
import dev.loadline.runner.measure.RequestBounds;
import dev.loadline.runner.measure.StageSummary;
import dev.loadline.runner.measure.Window;
import dev.loadline.runner.prompt.Calibration;
import dev.loadline.runner.prompt.Conversations;
import dev.loadline.runner.prompt.PromptSource;
import io.netty.channel.EventLoop;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An open loop that is late: its whole window is over when it begins. */
@Timeout(60)
class OpenLoopTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long MILLI = 1_000_000;

  private final EventLoops loops = EventLoops.start(1, "test-load");
  private final EventLoop eventLoop = loops.all().getFirst();
  private final RequestMaker maker = RequestMaker.start(cause -> {});
  private final AtomicLong reads = new AtomicLong();
  private final CountDownLatch resting = new CountDownLatch(1);

  /** A clock that goes on by a millisecond with each look at it. */
  private final Clocks clocks =
      new Clocks(() -> System.nanoTime() + reads.incrementAndGet() * MILLI, InstantSource.system());

  @AfterEach
  void close() {
    maker.close();
    loops.close();
  }

  /** A number of arrivals, all at the start, which counts how many are asked for in each turn. */
  private final class Burst implements ArrivalProcess {
    private final int arrivals;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean ready = true;
    private int askedInTurn;
    private int mostInTurn;

    private Burst(int arrivals) {
      this.arrivals = arrivals;
      eventLoop.execute(this::turn);
    }

    private void turn() {
      askedInTurn = 0;
      LoadLoop.nextTurn(eventLoop, this::turn);
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public long nextNanos() {
      mostInTurn = Math.max(mostInTurn, ++askedInTurn);
      return asked.incrementAndGet() <= arrivals ? 0 : Long.MAX_VALUE;
    }
  }

  /** What may happen on the loop is of no interest here. */
  private final class Rest implements StageListener {
    @Override
    public void sends() {}

    @Override
    public void endedInWindow(long endNanos) {}

    @Override
    public void limitReached(long nanos) {}

    @Override
    public void rests() {
      resting.countDown();
    }
  }

  private record Late(StageLoop stage, Window window, long startNanos) {
    void start() {
      stage.start(startNanos);
    }

    StageResult result() {
      return new StageSummary(window, List.of(stage.recorder()))
          .result("late", 0, true, OptionalDouble.empty(), Optional.empty());
    }
  }

  /**
   * A stage whose window of a second is over.
   *
   * @param requests so many can be made
   */
  private Late late(ArrivalProcess arrivals, String url, int requests) {
    Endpoint endpoint =
        Endpoint.of(url, Api.CHAT, Map.of(), TlsSettings.VERIFIED, Timeouts.DEFAULT);
    LoadClient client = LoadClient.onEach(loops, endpoint).getFirst();
    Conversations all =
        new PromptSource(Plans.of(0, 0, Plans.users(1, 1)), Calibration.NONE, Path.of(""))
            .share(0, 1);
    Semaphore permits = new Semaphore(requests);
    Conversations permitted =
        () -> {
          permits.acquireUninterruptibly();
          return all.next();
        };
    RequestEncoder encoder =
        new RequestEncoder(Api.CHAT, EngineProfile.OPENAI, "m", Optional.empty());
    RequestQueue queue =
        new RequestQueue(
            new RequestSource(permitted, encoder),
            maker,
            task -> LoadLoop.nextTurn(eventLoop, task),
            1 << 20);
    maker.fill(queue);
    long start = System.nanoTime() - 1_000 * MILLI;
    Window window = new Window(start, start + 1_000 * MILLI);
    StageLoop stage =
        new StageLoop(
            new LoadLoop(eventLoop, client, ConnectionReuse.POOLED, queue),
            new OpenLoop(arrivals),
            new Recorder(window, RequestBounds.of(List.of(), "late", true), true, 1 << 20),
            Optional.empty(),
            window,
            start,
            clocks,
            Spending.of(Plans.of(0, 0, Plans.users(1, 1)), start),
            new Rest());
    return new Late(stage, window, start);
  }

  @Test
  void aBacklogIsSentAFewMillisecondsAtATimeAndThenTheStageRests() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(0)) {
      Burst burst = new Burst(300);
      Late late = late(burst, server.url(), Integer.MAX_VALUE);
      late.start();
      late.stage().finish();
      assertThat(resting.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(late.result().requests().sent()).isEqualTo(300);
      assertThat(late.result().requests().completed()).isEqualTo(300);
      assertThat(late.result().inWindow().sent()).isZero();
      int mostInTurn = eventLoop.submit(() -> burst.mostInTurn).get();
      assertThat(mostInTurn).isBetween(1, (int) (OpenLoop.TURN_NANOS / MILLI) + 1);
    }
  }

  /** A loop that was held up until the end of its stage runs no tick any more. */
  @Test
  void aStallThatOutlastsTheStageIsSeenByEveryTickThatItHeldUp() throws Exception {
    Late late = late(new Burst(0), "http://127.0.0.1:1/v1", 0);
    late.stage().finish();
    assertThat(resting.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(late.stage().ticks().delay().getTotalCount()).isEqualTo(100);
  }

  @Test
  void whatCannotBeMadeWaitsInTheArrivalProcessUntilItIsCut() throws Exception {
    int arrivals = 100_000;
    Burst burst = new Burst(arrivals);
    Late late = late(burst, "http://127.0.0.1:1/v1", 0);
    late.start();
    late.stage().finish();
    await().atMost(LIMIT).until(() -> burst.asked.get() > 1_000);
    assertThat(burst.asked).hasValueLessThan(1_100);
    assertThat(resting.getCount()).isOne();
    late.stage().cut();
    assertThat(resting.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(late.result().requests().sent()).isEqualTo(arrivals);
    assertThat(late.result().requests().cut()).isEqualTo(arrivals);
    assertThat(late.result().inWindow().sent()).isZero();
  }

  @Test
  void aRateOutOfAllProportionIsCountedAndNotDrawn() throws Exception {
    Late late = late(ArrivalProcess.constant(ArrivalRate.steady(1e12)), "http://127.0.0.1:1/v1", 0);
    late.start();
    late.stage().finish();
    late.stage().cut();
    assertThat(resting.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(late.result().requests().sent()).isEqualTo(1_000_000_000_000L);
    assertThat(late.result().requests().cut()).isEqualTo(1_000_000_000_000L);
  }

  @Test
  void aStopSendsNothingMore() throws Exception {
    Burst burst = new Burst(Integer.MAX_VALUE);
    Late late = late(burst, "http://127.0.0.1:1/v1", 0);
    late.start();
    await().atMost(LIMIT).until(() -> burst.asked.get() > 0);
    late.stage().stop();
    assertThat(resting.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(late.result().requests().sent()).isZero();
  }

  @Test
  void aLoopWhoseNextInstantIsNotYetReadGoesOnAndAsksAgain() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(0)) {
      Burst burst = new Burst(2);
      burst.ready = false;
      Late late = late(burst, server.url(), Integer.MAX_VALUE);
      late.start();
      late.stage().finish();
      eventLoop.submit(() -> {}).get(30, TimeUnit.SECONDS);
      assertThat(burst.asked).hasValue(0);
      assertThat(resting.getCount()).isOne();
      burst.ready = true;
      assertThat(resting.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(late.result().requests().completed()).isEqualTo(2);
    }
  }
}
