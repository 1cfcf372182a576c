package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.EngineProfile;
import dev.loadline.runner.http.RequestEncoder;
import dev.loadline.runner.prompt.Answer;
import dev.loadline.runner.prompt.Conversation;
import dev.loadline.runner.prompt.Conversations;
import dev.loadline.runner.prompt.Message;
import dev.loadline.runner.prompt.Prompt;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that makes requests, and what a loop has of it; a plain thread is the loop. */
@Timeout(60)
class RequestQueueTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final RequestMaker maker = RequestMaker.start(failure::complete);
  private final Queue<Integer> taken = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    maker.close();
    loop.shutdownNow();
  }

  /** Prompts that are numbered by their output length, made by permission. */
  private static final class Numbered implements Conversations {
    private final Semaphore permits;
    private final int inputBytes;
    private final AtomicInteger made = new AtomicInteger();
    private final Set<String> threads = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    private Numbered(int permits, int inputBytes) {
      this.permits = new Semaphore(permits);
      this.inputBytes = inputBytes;
    }

    @Override
    public Conversation next() {
      permits.acquireUninterruptibly();
      threads.add(Thread.currentThread().getName());
      return new Talk(prompt(made.incrementAndGet()));
    }

    private Prompt prompt(int number) {
      return new Prompt(List.of(Message.user("x".repeat(inputBytes))), 0, number, 0);
    }

    /** Its next turn is numbered by what the server counted. */
    private record Talk(Prompt first) implements Conversation {
      @Override
      public Optional<Prompt> next(Answer answer) {
        return answer.text().equals("bye")
            ? Optional.empty()
            : Optional.of(new Prompt(first.messages(), 0, answer.inputTokens().orElseThrow(), 0));
      }
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }

  private RequestQueue queue(Conversations conversations, long mostBytes) {
    RequestEncoder encoder =
        new RequestEncoder(Api.CHAT, EngineProfile.OPENAI, "m", Optional.empty());
    RequestQueue queue =
        new RequestQueue(new RequestSource(conversations, encoder), maker, loop, mostBytes);
    maker.fill(queue);
    return queue;
  }

  private void take(RequestQueue queue, int count) {
    loop.execute(() -> {
      for (int i = 0; i < count; i++) {
        queue.take(turn -> taken.add(turn.requested().output()));
      }
    });
  }

  @Test
  void requestsAreTakenInTheOrderOfTheirMakingWhetherReadyOrNot() {
    Numbered numbered = new Numbered(Integer.MAX_VALUE, 10);
    RequestQueue queue = queue(numbered, 1 << 20);
    take(queue, 1_000);
    await().atMost(LIMIT).until(() -> taken.size() == 1_000);
    assertThat(taken).containsExactlyElementsOf(IntStream.rangeClosed(1, 1_000).boxed().toList());
    assertThat(numbered.threads).containsExactly("requests");
  }

  @Test
  void aLoopThatFindsNothingReadyGoesOnAndIsServedLater() throws Exception {
    Numbered numbered = new Numbered(0, 10);
    RequestQueue queue = queue(numbered, 1 << 20);
    take(queue, 2);
    loop.submit(() -> {}).get(30, TimeUnit.SECONDS);
    assertThat(taken).isEmpty();
    numbered.permits.release(2);
    await().atMost(LIMIT).until(() -> taken.size() == 2);
    assertThat(taken).containsExactly(1, 2);
  }

  @Test
  void noMoreAreMadeReadyThanThereMayBe() throws Exception {
    Numbered numbered = new Numbered(Integer.MAX_VALUE, 10);
    RequestQueue queue = queue(numbered, 1 << 20);
    queue.filled().get(30, TimeUnit.SECONDS);
    assertThat(numbered.made).hasValue(RequestQueue.MOST);
    take(queue, RequestQueue.MOST / 2 + 1);
    await().atMost(LIMIT).until(() -> numbered.made.get() >= RequestQueue.MOST * 3 / 2);
    assertThat(numbered.made.get()).isLessThanOrEqualTo(RequestQueue.MOST * 3 / 2 + 1);
  }

  @Test
  void longOnesAreFewerButNeverNone() throws Exception {
    Numbered numbered = new Numbered(Integer.MAX_VALUE, 1_000);
    queue(numbered, 5_000).filled().get(30, TimeUnit.SECONDS);
    assertThat(numbered.made).hasValueBetween(4, 5);
    Numbered huge = new Numbered(Integer.MAX_VALUE, 100_000);
    queue(huge, 5_000).filled().get(30, TimeUnit.SECONDS);
    assertThat(huge.made).hasValue(1);
  }

  /** A maker that is as fast as the loop must not keep it from all else. */
  @Test
  void thoseWhoWaitAreServedAFewInEachTurn() {
    Queue<Runnable> turns = new ConcurrentLinkedQueue<>();
    RequestEncoder encoder =
        new RequestEncoder(Api.CHAT, EngineProfile.OPENAI, "m", Optional.empty());
    Numbered numbered = new Numbered(Integer.MAX_VALUE, 10);
    RequestQueue queue =
        new RequestQueue(new RequestSource(numbered, encoder), maker, turns::add, 1 << 20);
    for (int i = 0; i < 3 * RequestQueue.MOST; i++) {
      queue.take(turn -> {
        taken.add(turn.requested().output());
        queue.makeOne();
      });
    }
    assertThat(turns).isEmpty();
    queue.makeOne();
    for (int turn = 1; turn <= 3; turn++) {
      turns.remove().run();
      assertThat(taken).hasSize(turn * RequestQueue.MOST);
    }
    assertThat(turns).isEmpty();
  }

  @Test
  void whoGivesUpIsNotServedAndLosesNoRequest() throws Exception {
    Numbered numbered = new Numbered(0, 10);
    RequestQueue queue = queue(numbered, 1 << 20);
    take(queue, 3);
    loop.submit(queue::giveUp).get(30, TimeUnit.SECONDS);
    take(queue, 1);
    numbered.permits.release(100);
    await().atMost(LIMIT).until(() -> !taken.isEmpty());
    assertThat(taken).containsExactly(1);
  }

  @Test
  void theNextTurnIsMadeFromTheAnswerUntilThereIsNone() throws Exception {
    RequestQueue queue = queue(new Numbered(Integer.MAX_VALUE, 10), 1 << 20);
    CompletableFuture<Turn> first = new CompletableFuture<>();
    loop.execute(() -> queue.take(first::complete));
    Turn turn = first.get(30, TimeUnit.SECONDS);
    CompletableFuture<Optional<Turn>> next = new CompletableFuture<>();
    queue.next(turn, new Answer("so", OptionalInt.of(77), OptionalInt.of(5)), next::complete);
    assertThat(next.get(30, TimeUnit.SECONDS).orElseThrow().requested().output()).isEqualTo(77);
    CompletableFuture<Optional<Turn>> last = new CompletableFuture<>();
    queue.next(turn, new Answer("bye", OptionalInt.of(77), OptionalInt.of(5)), last::complete);
    assertThat(last.get(30, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  void aFileThatCannotBeReadAnyMoreIsTold() throws Exception {
    Conversations broken =
        () -> {
          throw new UncheckedIOException(new java.io.IOException("gone"));
        };
    queue(broken, 1 << 20);
    assertThat(failure.get(30, TimeUnit.SECONDS)).hasRootCauseMessage("gone");
  }

  @Test
  void sourcesAreClosedAtTheEnd() throws Exception {
    Numbered numbered = new Numbered(Integer.MAX_VALUE, 10);
    queue(numbered, 1 << 20).filled().get(30, TimeUnit.SECONDS);
    maker.close();
    assertThat(numbered.closed.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
