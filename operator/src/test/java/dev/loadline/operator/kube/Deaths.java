package dev.loadline.operator.kube;

import static org.awaitility.Awaitility.await;

import dev.loadline.operator.local.apiserver.Faults.Call;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Operators of one hour that die with one of their writes, right before or right after the server
 * has done it, as by a kill: nothing of them gets through any more. A new one starts at once, or
 * when so much time has passed, in which the runners go on.
 */
final class Deaths implements Fleet.Disturbance {
  /** Longer than the startup deadline of a {@link FleetStory}; longer than its active one too. */
  static final List<Duration> LONG_ABSENCES =
      List.of(Duration.ofMinutes(16), Duration.ofMinutes(20));

  private static final String JOB = "create the Job";

  private final Fleet fleet;
  private final Plan plan;
  private final Duration absence;
  private final List<Death> deaths = new ArrayList<>();
  private final Map<String, Integer> ordinals = new HashMap<>();
  private final AtomicBoolean dead = new AtomicBoolean();
  private Choice latest = Choice.LIVES;
  private volatile String lastObject = "";
  private int write;

  /** When an operator dies. */
  interface Plan {
    /**
     * Whether, and whether after the deed.
     *
     * @param write counts those of the hour from 1
     * @param kind of the write, for a person
     */
    Choice at(Call call, int write, String kind);
  }

  /**
   * Each write of an hour is died with twice, before the deed and after it, and done the third
   * time. Statuses of one object are told apart by how many were written before.
   */
  static Plan withEach() {
    Map<String, Integer> met = new HashMap<>();
    Map<String, Integer> written = new HashMap<>();
    return (call, write, kind) -> {
      String what = call.verb() + " " + call.resource() + " " + call.name();
      boolean status = call.subresource().equals("status");
      Choice choice =
          switch (met.merge(what + " " + written.getOrDefault(what, 0), 1, Integer::sum)) {
            case 1 -> Choice.DIES_BEFORE;
            case 2 -> Choice.DIES_AFTER;
            default -> Choice.LIVES;
          };
      if (status && choice != Choice.DIES_BEFORE) {
        written.merge(what, 1, Integer::sum);
      }
      return choice;
    };
  }

  /** Whether an operator dies with a write. */
  enum Choice {
    LIVES,
    DIES_BEFORE,
    DIES_AFTER
  }

  /** What an operator died with. */
  record Death(String write, Choice when) {}

  Deaths(Fleet fleet, Plan plan) {
    this(fleet, plan, Duration.ZERO);
  }

  Deaths(Fleet fleet, Plan plan, Duration absence) {
    this.fleet = fleet;
    this.plan = plan;
    this.absence = absence;
  }

  /** One operator dies when it has made the Job of this attempt, before it can record it. */
  static Plan withJobOf(int attempt) {
    AtomicBoolean over = new AtomicBoolean();
    return (call, write, kind) ->
        kind.equals(JOB) && call.name().endsWith("-a" + attempt) && over.compareAndSet(false, true)
            ? Choice.DIES_AFTER
            : Choice.LIVES;
  }

  @Override
  public void begins() {
    fleet.cluster.server.faults().clear();
    dies(Choice.DIES_BEFORE, false);
    dies(Choice.DIES_AFTER, true);
  }

  /** The first of the two is asked first and does the counting. */
  private void dies(Choice choice, boolean done) {
    fleet
        .cluster
        .server
        .faults()
        .inject(
            call -> call.writes() && (done ? last(call) : next(call)) == choice,
            Integer.MAX_VALUE,
            new Fault.Death(done));
  }

  private synchronized Choice next(Call call) {
    if (dead.get()) {
      return Choice.LIVES;
    }
    write++;
    String kind = kind(call);
    latest = plan.at(call, write, kind);
    if (latest != Choice.LIVES) {
      deaths.add(new Death(absence.isZero() ? kind : kind + ", back after " + absence, latest));
      lastObject = call.name();
      dead.set(true);
      fleet.cluster.operatorDies();
    }
    return latest;
  }

  private synchronized Choice last(Call ignored) {
    Choice choice = latest;
    latest = Choice.LIVES;
    return choice;
  }

  private String kind(Call call) {
    boolean event = call.resource().equals("events");
    String object = event ? call.name().substring(0, call.name().lastIndexOf('.')) : call.name();
    String kind =
        switch (call.verb() + " " + call.resource() + " " + call.subresource()) {
          case "create events " -> "create an Event";
          case "create loadtestruns " -> "create the LoadTestRun";
          case "create jobs " -> JOB;
          case "delete jobs " -> "delete the Job";
          case "delete loadtestruns " -> "delete a LoadTestRun";
          case "patch loadtests status" -> "status of the LoadTest";
          case "patch loadtestruns status" -> "status of the LoadTestRun";
          case "patch loadtestruns " -> "stop the LoadTestRun (Replace)";
          default -> call.toString();
        };
    int ordinal = ordinals.merge(kind + " " + object, 1, Integer::sum);
    boolean several = event || kind.startsWith("status");
    return several ? kind + ", no. " + (ordinal > 7 ? "8 and later" : ordinal) : kind;
  }

  @Override
  public void goOn() {
    if (dead.get()) {
      fleet.cluster.killOperator();
      if (!absence.isZero()) {
        // The server may still be at the deed that the operator died with.
        await().atMost(LocalCluster.LIMIT).until(this::madeItsJob);
        fleet.passes(absence);
      }
      dead.set(false);
      fleet.start();
    }
  }

  private boolean madeItsJob() {
    return fleet.cluster.names("batch/v1", "Job").contains(lastObject);
  }

  @Override
  public boolean losesEvents() {
    return false;
  }

  @Override
  public boolean over() {
    return !dead.get();
  }

  /** In order. */
  synchronized List<Death> deaths() {
    return List.copyOf(deaths);
  }

  synchronized int writes() {
    return write;
  }
}
