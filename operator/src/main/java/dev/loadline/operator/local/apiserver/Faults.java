package dev.loadline.operator.local.apiserver;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** What tests break: answers that are wrong, late or lost, and objects that change in between. */
public final class Faults {
  private final List<Injection> injections = new CopyOnWriteArrayList<>();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final Set<String> dead = ConcurrentHashMap.newKeySet();
  private final ObjectStore store;

  Faults(ObjectStore store) {
    this.store = store;
  }

  /**
   * A request over HTTP.
   *
   * @param verb get, list, watch, create, update, patch or delete
   * @param resource plural, for example {@code jobs}
   * @param name of the object, also of one that is to be created; empty for many
   * @param subresource empty for the object itself
   * @param client how the client calls itself: its {@code User-Agent}
   */
  public record Call(
      String verb,
      String resource,
      String namespace,
      String name,
      String subresource,
      String client) {
    /** True for the verbs that change something. */
    public boolean writes() {
      return List.of("create", "update", "patch", "delete").contains(verb);
    }
  }

  /** What goes wrong. */
  public sealed interface Fault {
    /** An error status, after which the client may wait. */
    record Answer(int code, String message, Optional<Duration> retryAfter) implements Fault {}

    /** The request is done, and the answer is this error status. */
    record AnswerLost(int code) implements Fault {}

    /** The connection ends without an answer, after the deed or without it. */
    record Unanswered(boolean done) implements Fault {}

    /** The client dies, right after this deed or right before: nothing of it is heard any more. */
    record Death(boolean done) implements Fault {}

    /** This watch tells each change so much later. */
    record Late(Duration by) implements Fault {}

    /** No answer for this long, then the connection ends. */
    record Silence(Duration length) implements Fault {}

    /** The answer comes this late. */
    record Slow(Duration by) implements Fault {}

    /** Something happens before the request is looked at. */
    record Before(Runnable event) implements Fault {}
  }

  /** A fault that waits for requests. */
  public static final class Injection {
    private final Predicate<Call> when;
    private final AtomicInteger left;
    private final Fault fault;
    private final AtomicInteger hits = new AtomicInteger();

    private Injection(Predicate<Call> when, int times, Fault fault) {
      this.when = when;
      this.left = new AtomicInteger(times);
      this.fault = fault;
    }

    /** How many requests it has struck so far. */
    public int hits() {
      return hits.get();
    }

    private boolean strikes(Call call) {
      if (!when.test(call) || left.getAndUpdate(is -> Math.max(0, is - 1)) == 0) {
        return false;
      }
      hits.incrementAndGet();
      return true;
    }
  }

  /** Lets the next requests of this kind go wrong. */
  public Injection inject(Predicate<Call> when, int times, Fault fault) {
    Injection injection = new Injection(when, times, fault);
    injections.add(injection);
    return injection;
  }

  /** Answers the next requests of this kind with an error status. */
  public Injection answer(Predicate<Call> when, int times, int code) {
    Optional<Duration> wait = code == 429 ? Optional.of(Duration.ofSeconds(1)) : Optional.empty();
    return inject(when, times, new Fault.Answer(code, "injected by a test", wait));
  }

  /** This client is dead: none of its requests and watches is served any more. */
  public void kill(String client) {
    dead.add(client);
  }

  /** Takes all faults back; the dead stay dead. */
  public void clear() {
    injections.clear();
  }

  /** Ends all watches that are open now, without a word. */
  public void cutWatches() {
    store.cut();
  }

  /** Forgets all changes so far: watches, open ones and ones that go on, get 410 Gone. */
  public void forgetHistory() {
    store.forget();
  }

  /** All requests so far, without those of the dead. */
  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /** Whether this client lives, as far as the server knows. */
  boolean hears(String client) {
    return !dead.contains(client);
  }

  /** One request after the other: behind a client's death there is none of its requests. */
  synchronized List<Fault> striking(Call call) throws IOException {
    if (!hears(call.client())) {
      throw new IOException("the client is dead");
    }
    calls.add(call);
    List<Fault> faults = new ArrayList<>();
    for (Injection injection : injections) {
      if (injection.strikes(call)) {
        faults.add(injection.fault);
        if (injection.fault instanceof Fault.Death) {
          dead.add(call.client());
        }
      }
    }
    return faults;
  }
}
