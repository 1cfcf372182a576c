package dev.loadline.operator.kube;

import dev.loadline.operator.kube.FleetLedger.Presence;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.OperatorException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One test of each {@link FleetStory}, due at the same minute of each hour, on one local API
 * server, hour after hour: the clock is moved to shortly before the hour (or behind it), a new
 * operator starts, and when all is said and done everything is compared with the ledgers: each run
 * made once, each Job made once, load sent once, each status as it has to be.
 */
final class Fleet implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration SETTLING = Duration.ofMinutes(10);
  private static final Duration TICK = Duration.ofMillis(15);
  private static final Duration QUIET = Duration.ofMillis(60);
  private static final Duration BEFORE = Duration.ofMillis(400);

  final LocalCluster cluster = new LocalCluster().withOwnRetries();
  private final FleetHands hands = new FleetHands(cluster);
  private final Map<FleetStory, FleetLedger> ledgers = new EnumMap<>(FleetStory.class);
  private final Map<String, Long> expectedJobs = new HashMap<>();
  private final Map<String, Integer> expectedLoads = new HashMap<>();
  private Instant due;
  private Instant settlesFrom = Instant.MIN;

  /**
   * What an hour came to.
   *
   * @param fires due times of all tests
   * @param runs runs that these should start
   * @param lost of these, the ones that never were
   * @param twice runs or Jobs that were made twice or that nobody asked for, and load sent twice
   * @param wrong what the statuses say that is not so
   */
  record Outcome(int fires, int runs, List<String> lost, List<String> twice, List<String> wrong) {
    boolean sound() {
      return lost.isEmpty() && twice.isEmpty() && wrong.isEmpty();
    }
  }

  /** What happens in an hour besides. */
  interface Disturbance {
    /** The operator that is there for the due time is about to start. */
    default void begins() {}

    /** Called all the time; the cluster's operator may be killed and started here. */
    default void goOn() {}

    /** Whether events may be lost: nobody asks for one a second time. */
    default boolean losesEvents() {
      return true;
    }

    /** Whether all has happened that should. */
    default boolean over() {
      return true;
    }
  }

  Fleet(Set<FleetStory> stories) {
    due = cluster.clock.instant().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(2));
    // Else the first hour could begin while the fleet settles in.
    cluster.clock.advance(Duration.between(cluster.clock.instant(), due.minus(SETTLING)));
    for (FleetStory story : stories) {
      cluster.create(story.yaml(FleetLedger.token(Instant.EPOCH)));
      FleetLedger ledger = new FleetLedger(story);
      ledger.begins(due);
      ledgers.put(story, ledger);
    }
    settleIn();
  }

  /** The first token's run, and the first due times. */
  private void settleIn() {
    if (ledgers.containsKey(FleetStory.ASKED)) {
      expect(ledgers.get(FleetStory.ASKED).hour(Instant.EPOCH, Presence.BEFORE).orElseThrow());
    }
    cluster.startOperator();
    List<String> wrong = settle(new Disturbance() {});
    if (!wrong.isEmpty()) {
      throw new IllegalStateException("the fleet does not settle in: " + wrong);
    }
    cluster.killOperator();
  }

  /** Lets the next hour come. */
  Outcome hour(Presence presence, Disturbance disturbance) {
    Set<FleetStory> ending =
        ledgers.values().stream()
            .filter(ledger -> ledger.olderEnd(presence))
            .map(ledger -> ledger.story)
            .collect(Collectors.toSet());
    List<FleetLedger.Run> started = new ArrayList<>();
    ledgers.values().forEach(ledger -> ledger.hour(due, presence).ifPresent(started::add));
    started.forEach(this::expect);
    clean();
    hands.hour(due, ending);
    if (ledgers.containsKey(FleetStory.ASKED)) {
      askFor(FleetLedger.token(due));
    }
    Instant start =
        switch (presence) {
          case BEFORE, CUT_OFF -> due.minus(BEFORE);
          case LATE -> due.plus(Duration.ofMinutes(2));
          case TOO_LATE -> due.plus(Duration.ofMinutes(30));
        };
    cluster.clock.advance(Duration.between(cluster.clock.instant(), start));
    settlesFrom = due;
    disturbance.begins();
    start();
    List<String> wrong = settle(disturbance);
    cluster.killOperator();
    due = due.plus(Duration.ofHours(1));
    Outcome outcome = outcome(started, wrong);
    if (!disturbance.losesEvents()) {
      outcome.wrong().addAll(silent(started));
    }
    return outcome;
  }

  /**
   * New runs of which no event, or more than one, says that they were created. Of a test that is
   * gone nobody says anything: it may be deleted before the next operator has looked at it.
   */
  private List<String> silent(List<FleetLedger.Run> started) {
    List<String> told = cluster.messages("RunCreated");
    return started.stream()
        .filter(run -> {
          String words = "created " + run.name() + ":";
          long count = told.stream().filter(message -> message.startsWith(words)).count();
          boolean gone = run.name().startsWith(FleetStory.DELETED.test() + "-");
          return count > 1 || (count == 0 && !gone);
        })
        .map(run -> "no single event says that it was created: " + run.name())
        .toList();
  }

  /** Nobody is there, and the runners do what they do. */
  void passes(Duration time) {
    hands.alone();
    cluster.clock.advance(time);
  }

  /** As a kubelet does: an operator that cannot start, or dies of it, is started again. */
  void start() {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        cluster.startOperator();
        return;
      } catch (OperatorException | KubernetesClientException failed) {
        cluster.killOperator();
        if (System.nanoTime() > end) {
          throw failed;
        }
      }
    }
  }

  private void expect(FleetLedger.Run run) {
    FleetStory story =
        ledgers.keySet().stream()
            .filter(is -> run.name().startsWith(is.test() + "-"))
            .findFirst()
            .orElseThrow();
    boolean twoAttempts = story == FleetStory.RETRIED || story == FleetStory.UNREACHABLE;
    expectedJobs.put(run.name() + "-a1", 1L);
    if (twoAttempts) {
      expectedJobs.put(run.name() + "-a2", 1L);
    }
    if (story != FleetStory.FAILED) {
      expectedLoads.put(run.name(), 1);
    }
  }

  private void askFor(String token) {
    cluster.changeTest(
        FleetStory.ASKED.test(),
        test -> {
          test.withObject("/spec/runNow").put("token", token);
          return test;
        });
  }

  /** Old events only make each look slower. */
  private void clean() {
    cluster.deleteAll("v1", "Event");
  }

  private List<String> settle(Disturbance disturbance) {
    long last = System.nanoTime() + LONGEST.toNanos();
    long end = System.nanoTime() + LIMIT.toNanos();
    long version = -1;
    long since = System.nanoTime();
    List<String> wrong = List.of("nothing was looked at");
    while (System.nanoTime() < end) {
      disturbance.goOn();
      hands.goOn(TICK);
      if (!disturbance.over()) {
        end = Math.min(last, System.nanoTime() + LIMIT.toNanos());
      }
      long now = cluster.server.resources().version();
      if (now != version) {
        version = now;
        since = System.nanoTime();
      } else if (disturbance.over()
          && !cluster.clock.instant().isBefore(settlesFrom)
          && System.nanoTime() - since > QUIET.toNanos()) {
        wrong = FleetCheck.differences(cluster, ledgers.values());
        if (wrong.isEmpty()) {
          return wrong;
        }
      }
    }
    return FleetCheck.differences(cluster, ledgers.values());
  }

  private Outcome outcome(List<FleetLedger.Run> started, List<String> wrong) {
    Map<String, Long> runs = hands.runsMade();
    List<String> lost =
        started.stream()
            .map(FleetLedger.Run::name)
            .filter(name -> !runs.containsKey(name))
            .toList();
    List<String> twice = new ArrayList<>();
    Map<String, Long> expectedRuns =
        expectedJobs.keySet().stream()
            .filter(job -> job.endsWith("-a1"))
            .collect(Collectors.toMap(job -> job.substring(0, job.length() - 3), job -> 1L));
    beyond("runs", expectedRuns, runs, twice);
    beyond("Jobs", expectedJobs, hands.jobsMade(), twice);
    hands
        .loads()
        .forEach((run, count) -> {
          if (count > expectedLoads.getOrDefault(run, 0)) {
            twice.add("load of " + run + " sent " + count + " times");
          }
        });
    long fires = ledgers.keySet().stream().filter(FleetStory::scheduled).count();
    return new Outcome((int) fires, started.size(), lost, twice, new ArrayList<>(wrong));
  }

  private static void beyond(
      String what, Map<String, Long> expected, Map<String, Long> made, List<String> twice) {
    made.forEach((name, count) -> {
      if (count > expected.getOrDefault(name, 0L)) {
        twice.add(what + " " + name + " made " + count + " times");
      }
    });
  }

  @Override
  public void close() {
    cluster.close();
  }
}
