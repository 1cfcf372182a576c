package dev.loadline.operator.local.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * All objects and the latest changes. One lock, held for a whole read-check-write; objects that are
 * in the store or in a change are never mutated.
 */
final class ObjectStore {
  private static final int HISTORY = 4096;

  /** Where an object is; the namespace is empty for kinds that have none. */
  record Key(String type, String namespace, String name) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::type).thenComparing(Key::namespace).thenComparing(Key::name);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A change: created (nothing before), changed, or deleted (nothing after, but a last state).
   *
   * @param at when it happened, on the clock of {@link System#nanoTime}
   */
  record Change(
      long version,
      long at,
      Key key,
      Optional<ObjectNode> before,
      ObjectNode state,
      boolean deleted) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final TreeMap<Key, ObjectNode> objects = new TreeMap<>();
  private final Deque<Change> history = new ArrayDeque<>();
  private long version = 1000;
  private long forgotten = 1000;
  private long cuts;

  /** Runs with the lock held. */
  <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  /** A copy of the object. */
  Optional<ObjectNode> get(Key key) {
    return locked(() -> Optional.ofNullable(objects.get(key)).map(ObjectNode::deepCopy));
  }

  /** The objects of a type as they are now; not to be changed. */
  List<ObjectNode> list(String type) {
    return locked(() ->
        objects.entrySet().stream()
            .filter(entry -> entry.getKey().type().equals(type))
            .map(Map.Entry::getValue)
            .toList());
  }

  /** Everything. */
  List<Key> keys() {
    return locked(() -> List.copyOf(objects.keySet()));
  }

  long version() {
    return locked(() -> version);
  }

  /** Stores the object with a new version, which is written into it. */
  ObjectNode put(Key key, ObjectNode object) {
    return locked(() -> {
      ObjectNode stored = versioned(object);
      Optional<ObjectNode> before = Optional.ofNullable(objects.put(key, stored));
      remember(new Change(version, System.nanoTime(), key, before, stored, false));
      return stored.deepCopy();
    });
  }

  /** Removes the object; its last state gets a version of its own. */
  ObjectNode remove(Key key) {
    return locked(() -> {
      Optional<ObjectNode> before = Optional.ofNullable(objects.remove(key));
      ObjectNode last = versioned(before.orElseThrow());
      remember(new Change(version, System.nanoTime(), key, before, last, true));
      return last.deepCopy();
    });
  }

  private ObjectNode versioned(ObjectNode object) {
    version++;
    ObjectNode stored = object.deepCopy();
    stored.withObject("/metadata").put("resourceVersion", Long.toString(version));
    return stored;
  }

  private void remember(Change change) {
    history.addLast(change);
    while (history.size() > HISTORY) {
      forgotten = history.removeFirst().version();
    }
    changed.signalAll();
  }

  /** Forgets all changes so far: the versions until now are expired, that of each watch too. */
  void forget() {
    locked(() -> {
      history.clear();
      forgotten = ++version;
      changed.signalAll();
      return version;
    });
  }

  /** Ends all watches that are open now. */
  void cut() {
    locked(() -> {
      changed.signalAll();
      return ++cuts;
    });
  }

  /** How often watches were cut so far. */
  long cuts() {
    return locked(() -> cuts);
  }

  /**
   * The changes after a version, at once or as soon as there are some; empty when the time is over
   * or when watches were cut.
   */
  List<Change> after(long since, Duration atMost, long cutsBefore) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (true) {
        if (since < forgotten) {
          throw Refusal.expired(since, forgotten);
        }
        List<Change> changes = new ArrayList<>();
        history.forEach(change -> {
          if (change.version() > since) {
            changes.add(change);
          }
        });
        if (!changes.isEmpty() || left <= 0 || cuts != cutsBefore) {
          return changes;
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a change after this version, but not longer than this. */
  void awaitChange(long since, Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lockInterruptibly();
    try {
      while (version <= since && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
