package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.loadline.runner.arrival.ArrivalProcess;
import dev.loadline.runner.arrival.ArrivalRate;
import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.StageResult;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.drive.HeldServer.Seen;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.trace.TraceFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each shape of load as a server sees it; no request may come before it is due. */
@Timeout(60)
class LoadShapesTest {
  private static final long DRAIN_MILLIS = 20_000;
  private static final long MILLI = 1_000_000;
  private static final Distribution NONE = new Distribution.Fixed(0);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EventLoops loops = EventLoops.start(2, "test-load");
  private final AtomicLong begun = new AtomicLong();

  @TempDir Path folder;

  @AfterEach
  void close() {
    loops.close();
  }

  private StageResult run(HeldServer server, RunPlan plan, Optional<Replay> replay)
      throws InterruptedException {
    Runnable begins = () -> begun.set(System.nanoTime());
    return Drivers.replaying(loops, server.url(), plan, replay, begins).run().stages().getFirst();
  }

  private StageResult run(HeldServer server, RunPlan plan) throws InterruptedException {
    return run(server, plan, Optional.empty());
  }

  private static JsonNode json(Seen request) {
    try {
      return JSON.readTree(request.body());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> texts(Seen request) {
    List<String> texts = new ArrayList<>();
    json(request)
        .path("messages")
        .forEach(message ->
            texts.add(message.path("role").asText() + ": " + message.path("content").asText()));
    return texts;
  }

  private void assertThatNoneCameBeforeItWasDue(List<Seen> seen, long[] dueNanos) {
    long[] came = seen.stream().mapToLong(Seen::nanos).sorted().toArray();
    assertThat(came).hasSameSizeAs(dueNanos);
    for (int i = 0; i < came.length; i++) {
      assertThat(came[i] - begun.get()).isGreaterThanOrEqualTo(dueNanos[i]);
    }
  }

  /** The connections in the order in which they were first used, and how often. */
  private static Map<Integer, List<Long>> byConnection(HeldServer server) {
    Map<Integer, List<Long>> nanos = new LinkedHashMap<>();
    server
        .seen()
        .forEach(
            seen -> nanos.computeIfAbsent(seen.port(), _ -> new ArrayList<>()).add(seen.nanos()));
    return nanos;
  }

  @Test
  void aReplaySendsEachRecordAtItsInstantInItsLength() throws Exception {
    Path file =
        Files.write(
            folder.resolve("trace.jsonl"),
            IntStream.range(0, 12)
                .mapToObj(i ->
                    "{\"timestamp\": %s, \"input_tokens\": %d, \"output_tokens\": %d}"
                        .formatted(i / 10.0, 20 + i, 1 + i))
                .toList());
    Replay replay = new Replay(file, TraceFormat.JSONL, 2, 12, 1_100 * MILLI);
    RunPlan.Stage stage =
        new RunPlan.Stage(
            "replay",
            new Shape.Replay(2, OptionalLong.empty(), OptionalLong.empty()),
            new End.Trace());
    RunPlan plan =
        Plans.sending(
            Plans.of(100, DRAIN_MILLIS, stage),
            new Workload.Content.Trace("trace.jsonl", "JSONL"),
            Optional.empty());
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      StageResult result = run(server, plan, Optional.of(replay));
      assertThat(server.seen())
          .extracting(seen -> json(seen).path("max_tokens").asInt())
          .containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
      for (Seen seen : server.seen()) {
        int record = json(seen).path("max_tokens").asInt() - 1;
        assertThat(seen.nanos() - begun.get()).isGreaterThanOrEqualTo(record * 50L * MILLI);
        assertThat(texts(seen).getFirst().split(" ", -1)).hasSize(1 + 20 + record);
      }
      assertThat(result.requests().sent()).isEqualTo(10);
      assertThat(result.window().micros()).isEqualTo(500_000);
      StageResult.ArrivalPattern due = result.arrivals().orElseThrow().due().orElseThrow();
      assertThat(due.count()).isEqualTo(10);
      assertThat(result.requestedRate().orElseThrow()).isEqualTo(20);
      assertThat(due.gapVariation().orElseThrow()).isLessThan(1e-6);
    }
  }

  @Test
  void aRateRampsOverTheWindow() throws Exception {
    RunPlan.Stage stage =
        new RunPlan.Stage(
            "ramp", new Shape.Open("200", Optional.of("20"), "Constant", 1), new End.After(1_000));
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      StageResult result = run(server, Plans.of(200, DRAIN_MILLIS, stage));
      ArrivalProcess arrivals =
          ArrivalProcess.constant(new ArrivalRate(20, 200, 200 * MILLI, 1_000 * MILLI));
      long[] due =
          LongStream.generate(arrivals::nextNanos)
              .takeWhile(nanos -> nanos < 1_200 * MILLI)
              .toArray();
      assertThat(due).hasSize(4 + 110);
      assertThatNoneCameBeforeItWasDue(server.seen(), due);
      assertThat(result.requests().sent()).isEqualTo(110);
      assertThat(result.requestedRate()).hasValue(110);
    }
  }

  @Test
  void everySendOfAnOpenLoopIsPartOfTheAchievedArrivals() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(1)) {
      RunPlan plan = Plans.of(100, DRAIN_MILLIS, Plans.rate("100", "Poisson", 2_000));
      StageResult result = run(server, plan);
      StageResult.Arrivals arrivals = result.arrivals().orElseThrow();
      assertThat(arrivals.sent().count())
          .as("what is set out before an edge of the window may be written after it")
          .isCloseTo(result.inWindow().sent(), within(20L))
          .isGreaterThan(100);
      assertThat(arrivals.sent().gapVariation().orElseThrow()).isPositive();
      assertThat(arrivals.sent().perSecond().orElseThrow().bins()).isEqualTo(2);
      assertThat(arrivals.sent().perTenSeconds()).isEmpty();
      assertThat(arrivals.due()).isEmpty();
    }
  }

  @Test
  void usersJoinOverTheWindow() throws Exception {
    RunPlan.Stage stage =
        new RunPlan.Stage("up", new Shape.Closed(5, OptionalInt.of(1), NONE), new End.After(1_000));
    try (HeldServer server = HeldServer.answeringAfter(5)) {
      StageResult result =
          run(server, Plans.reusing(Plans.of(100, DRAIN_MILLIS, stage), "PerUser"));
      UserRamp ramp = new UserRamp(1, 5, 0, 100 * MILLI, 1_000 * MILLI);
      List<Long> first =
          byConnection(server).values().stream().map(List::getFirst).sorted().toList();
      assertThat(first).hasSize(5);
      for (int user = 0; user < 5; user++) {
        assertThat(first.get(user) - begun.get()).isGreaterThanOrEqualTo(ramp.beginsNanos(user));
      }
      assertThat(result.arrivals()).isEmpty();
    }
  }

  @Test
  void usersLeaveOverTheWindow() throws Exception {
    RunPlan.Stage stage =
        new RunPlan.Stage(
            "down", new Shape.Closed(1, OptionalInt.of(2), NONE), new End.After(3_000));
    try (HeldServer server = HeldServer.answeringAfter(5)) {
      run(server, Plans.reusing(Plans.of(0, DRAIN_MILLIS, stage), "PerUser"));
      List<Long> last = byConnection(server).values().stream().map(List::getLast).sorted().toList();
      assertThat(last).hasSize(2);
      assertThat(last.getLast() - last.getFirst()).isGreaterThan(500 * MILLI);
    }
  }

  @Test
  void aUserThinksForADrawnTimeBetweenRequests() throws Exception {
    RunPlan.Stage stage =
        new RunPlan.Stage(
            "thinks",
            new Shape.Closed(1, OptionalInt.empty(), new Distribution.Uniform(30, 60)),
            new End.Requests(6));
    try (HeldServer server = HeldServer.answeringAfter(0)) {
      run(server, Plans.of(0, DRAIN_MILLIS, stage));
      List<Seen> seen = server.seen();
      for (int i = 1; i < seen.size(); i++) {
        assertThat(seen.get(i).nanos() - seen.get(i - 1).nanos())
            .isGreaterThanOrEqualTo(30 * MILLI);
      }
    }
  }

  private static RunPlan talking(int requests) {
    Distribution length = new Distribution.Fixed(20);
    return Plans.sending(
        Plans.of(0, DRAIN_MILLIS, Plans.users(1, 0, new End.Requests(requests))),
        new Workload.Content.Synthetic(length, length, 0, 1),
        Optional.of(new Workload.Turns(new Distribution.Fixed(3), Optional.empty(), NONE)));
  }

  @Test
  void eachTurnCarriesTheConversationBeforeIt() throws Exception {
    try (HeldServer server = HeldServer.answeringAfter(0)) {
      run(server, talking(6));
      List<List<String>> said = server.seen().stream().map(LoadShapesTest::texts).toList();
      assertThat(said.subList(0, 6)).extracting(List::size).containsExactly(1, 3, 5, 1, 3, 5);
      assertThat(said.get(1)).startsWith(said.get(0).getFirst(), "assistant: one two");
      assertThat(said.get(2).subList(0, 3)).isEqualTo(said.get(1));
      assertThat(said.get(2).get(3)).isEqualTo("assistant: one two");
      assertThat(said.get(3).getFirst()).isNotEqualTo(said.get(0).getFirst());
    }
  }

  @Test
  void aFailedTurnEndsTheConversation() throws Exception {
    try (HeldServer server = HeldServer.refusing(503)) {
      run(server, talking(4));
      assertThat(server.seen().stream().map(LoadShapesTest::texts))
          .allSatisfy(said -> assertThat(said).hasSize(1))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void theSameSeedSendsTheSamePrompts() throws Exception {
    List<List<List<String>>> runs = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (HeldServer server = HeldServer.answeringAfter(0)) {
        run(server, talking(6));
        runs.add(server.seen().subList(0, 6).stream().map(LoadShapesTest::texts).toList());
      }
    }
    assertThat(runs.getFirst()).isEqualTo(runs.getLast());
  }

  @Test
  void eachRequestHasAConnectionOfItsOwnIfThePlanSaysSo() throws Exception {
    RunPlan plan = Plans.of(0, DRAIN_MILLIS, Plans.users(2, 0, new End.Requests(20)));
    try (HeldServer server = HeldServer.answeringAfter(0)) {
      run(server, Plans.reusing(plan, "PerRequest"));
      assertThat(byConnection(server)).hasSameSizeAs(server.seen());
    }
    try (HeldServer server = HeldServer.answeringAfter(0)) {
      run(server, Plans.reusing(plan, "PerUser"));
      assertThat(byConnection(server)).hasSize(2);
    }
    try (HeldServer server = HeldServer.answeringAfter(0)) {
      run(server, plan);
      assertThat(byConnection(server).size()).isLessThanOrEqualTo(2);
    }
  }
}
