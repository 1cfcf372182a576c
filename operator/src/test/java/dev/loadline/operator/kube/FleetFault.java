package dev.loadline.operator.kube;

import dev.loadline.operator.local.apiserver.Faults;
import dev.loadline.operator.local.apiserver.Faults.Call;
import dev.loadline.operator.local.apiserver.Faults.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * All requests of one kind go wrong in one way for a while, long enough that the client's own
 * repetitions do not help.
 */
final class FleetFault implements Fleet.Disturbance {
  private static final Duration WHILE = Duration.ofMillis(1500);
  private static final long NOT_YET = Long.MIN_VALUE;

  private final LocalCluster cluster;
  private final Kind kind;
  private final Fault fault;
  private final Map<String, Integer> struck = new ConcurrentHashMap<>();
  private final AtomicLong since = new AtomicLong(NOT_YET);
  private volatile boolean armed;

  /**
   * A kind of request.
   *
   * @param occasion what makes the operator send such requests again while it works
   */
  record Kind(String name, Predicate<Call> calls, Occasion occasion) {
    private static Kind write(String verb, String resource, String subresource) {
      String name = verb + " " + resource + (subresource.isEmpty() ? "" : "/" + subresource);
      return new Kind(
          name,
          call ->
              call.verb().equals(verb)
                  && call.resource().equals(resource)
                  && call.subresource().equals(subresource),
          Occasion.USUAL);
    }

    private static Kind read(String verb, String resource, Occasion occasion) {
      return new Kind(
          verb + " " + resource,
          call -> call.verb().equals(verb) && call.resource().equals(resource),
          occasion);
    }

    /** All that change something. */
    static List<Kind> writes() {
      return List.of(
          write("create", "loadtestruns", ""),
          write("create", "jobs", ""),
          write("create", "events", ""),
          write("patch", "loadtests", "status"),
          write("patch", "loadtestruns", "status"),
          write("patch", "loadtestruns", ""),
          write("delete", "jobs", ""),
          write("delete", "loadtestruns", ""));
    }

    /** All that change nothing. */
    static List<Kind> reads() {
      return List.of(
          read("list", "loadtests", Occasion.HISTORY_LOST),
          read("list", "loadtestruns", Occasion.HISTORY_LOST),
          read("list", "jobs", Occasion.HISTORY_LOST),
          read("list", "pods", Occasion.HISTORY_LOST),
          read("watch", "loadtests", Occasion.WATCHES_CUT),
          read("watch", "loadtestruns", Occasion.WATCHES_CUT),
          read("watch", "jobs", Occasion.WATCHES_CUT),
          read("watch", "pods", Occasion.WATCHES_CUT),
          read("get", "jobs", Occasion.ANSWERS_LOST),
          read("get", "loadtestruns", Occasion.ANSWERS_LOST),
          read("list", "events", Occasion.USUAL));
    }
  }

  /** When the operator sends a request. */
  enum Occasion {
    /** Each hour. */
    USUAL,
    /** When a watch has ended. */
    WATCHES_CUT,
    /** When a watch cannot go on from where it was: 410 Gone. */
    HISTORY_LOST,
    /** When a creation was done whose answer got lost, and is done again. */
    ANSWERS_LOST
  }

  FleetFault(LocalCluster cluster, Kind kind, Fault fault) {
    this.cluster = cluster;
    this.kind = kind;
    this.fault = fault;
  }

  @Override
  public void begins() {
    Faults faults = cluster.server.faults();
    faults.clear();
    armed = kind.occasion() == Occasion.USUAL;
    faults.inject(
        call -> armed && kind.calls().test(call) && strikes(call), Integer.MAX_VALUE, fault);
    if (kind.occasion() == Occasion.ANSWERS_LOST) {
      armed = true;
      faults.inject(
          call -> call.verb().equals("create") && !call.resource().equals("events"),
          6,
          new Fault.Unanswered(true));
    }
  }

  private boolean strikes(Call call) {
    since.compareAndSet(NOT_YET, System.nanoTime());
    if (System.nanoTime() - since.get() > WHILE.toNanos()) {
      return false;
    }
    struck.merge(call.name(), 1, Integer::sum);
    return true;
  }

  @Override
  public void goOn() {
    if (!armed) {
      armed = true;
      if (kind.occasion() == Occasion.HISTORY_LOST) {
        cluster.server.faults().forgetHistory();
      } else {
        cluster.server.faults().cutWatches();
      }
    }
  }

  @Override
  public boolean over() {
    long began = since.get();
    boolean comesForCertain =
        kind.occasion() == Occasion.WATCHES_CUT || kind.occasion() == Occasion.HISTORY_LOST;
    return began == NOT_YET ? !comesForCertain : System.nanoTime() - began > WHILE.toNanos();
  }

  /** How many requests went wrong. */
  int requests() {
    return struck.values().stream().mapToInt(count -> count).sum();
  }

  /** The same, of the object that most were about. */
  int mostOfOne() {
    return struck.values().stream().mapToInt(count -> count).max().orElse(0);
  }

  /** The ways in which a request goes wrong. */
  static Map<String, Fault> faults() {
    return Map.of(
        "409", answer(409, Optional.empty()),
        "410", answer(410, Optional.empty()),
        "429, Retry-After 1 s", answer(429, Optional.of(Duration.ofSeconds(1))),
        "500", answer(500, Optional.empty()),
        "503", answer(503, Optional.empty()),
        "done, but 500", new Fault.AnswerLost(500),
        "done, no answer", new Fault.Unanswered(true),
        "not done, no answer", new Fault.Unanswered(false),
        "2 s late", new Fault.Late(Duration.ofSeconds(2)));
  }

  private static Fault answer(int code, Optional<Duration> retryAfter) {
    return new Fault.Answer(code, "injected by a test", retryAfter);
  }
}
