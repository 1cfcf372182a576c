package dev.loadline.runner.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The connections of one loop that are being opened or carry a request, each in the slot of time in
 * which somebody must look whether it has waited for too long. The slots are a ring, so a look
 * costs what those cost that are due, however many there are. Used on that loop only.
 */
final class BusyConnections {
  /** Of a connection that stands in no slot. */
  static final int NOWHERE = -1;

  private final long slotNanos;
  private final List<Set<Connection>> ring;
  private long lastSlot;
  private int count;

  /**
   * None.
   *
   * @param slotNanos length of a slot
   * @param aheadNanos how far ahead a look may lie at most; one that is farther comes too early
   */
  BusyConnections(long slotNanos, long aheadNanos) {
    this.slotNanos = slotNanos;
    ring =
        Stream.<Set<Connection>>generate(LinkedHashSet::new)
            .limit(aheadNanos / slotNanos + 3)
            .toList();
  }

  /**
   * It becomes due when this time has passed, and at most a slot later; the place that it had is
   * given up.
   */
  void put(Connection connection, long nowNanos, long inNanos) {
    remove(connection);
    if (isEmpty()) {
      lastSlot = slotOf(nowNanos);
    }
    int slot = indexOf(slotOf(nowNanos + inNanos) + 1);
    ring.get(slot).add(connection);
    connection.slot(slot);
    count++;
  }

  private long slotOf(long nanos) {
    return Math.floorDiv(nanos, slotNanos);
  }

  private int indexOf(long slot) {
    return Math.floorMod(slot, ring.size());
  }

  /** It rests or is closed; false if it was not busy. */
  boolean remove(Connection connection) {
    if (!contains(connection)) {
      return false;
    }
    ring.get(connection.slot()).remove(connection);
    connection.slot(NOWHERE);
    count--;
    return true;
  }

  boolean contains(Connection connection) {
    return connection.slot() != NOWHERE;
  }

  /** Those that have become due since the last call; they stay where they are. */
  List<Connection> due(long nowNanos) {
    long slot = slotOf(nowNanos);
    List<Connection> due = new ArrayList<>();
    for (long i = Math.max(lastSlot + 1, slot - ring.size() + 1); i <= slot; i++) {
      due.addAll(ring.get(indexOf(i)));
    }
    lastSlot = slot;
    return due;
  }

  /** All of them, as they are now. */
  List<Connection> all() {
    return ring.stream().flatMap(Set::stream).toList();
  }

  boolean isEmpty() {
    return count == 0;
  }
}
