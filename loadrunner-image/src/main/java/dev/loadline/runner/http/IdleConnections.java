package dev.loadline.runner.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of one loop that carry no request: those that anyone may take, the last used
 * first, and those that a lane keeps for itself. Used on that loop only.
 */
final class IdleConnections {
  private static final int MOST_CLOSED_AT_ONCE = 64;

  private final KeepAlive keepAlive;
  private final ArrayDeque<Connection> used = new ArrayDeque<>();
  private final ArrayDeque<Connection> unused = new ArrayDeque<>();
  private final Set<Connection> lent = Collections.newSetFromMap(new IdentityHashMap<>());

  /** None, to be used again by these rules. */
  IdleConnections(KeepAlive keepAlive) {
    this.keepAlive = keepAlive;
  }

  /** The one that was used last, unless the server may be about to close it; else an unused one. */
  @Nullable Connection take() {
    Connection last = used.peekFirst();
    return last == null || isOld(last, System.nanoTime()) ? unused.pollFirst() : used.pollFirst();
  }

  private boolean isOld(Connection connection, long now) {
    return now - connection.idleSinceNanos() >= keepAlive.idle().toNanos();
  }

  /** One whose answer has ended. */
  void add(Connection connection) {
    lent.remove(connection);
    used.addFirst(connection);
  }

  /** One that has carried no request yet. */
  void addUnused(Connection connection) {
    unused.addFirst(connection);
  }

  /** One that a lane keeps until the server closes it. */
  void lend(Connection connection) {
    lent.add(connection);
  }

  /** It carries a request again, or is closed. */
  void remove(Connection connection) {
    if (!lent.remove(connection) && !used.removeLastOccurrence(connection)) {
      unused.remove(connection);
    }
  }

  /** Closes those that anyone may take and the server may be about to close, a few at a time. */
  void closeOld(long now) {
    for (int i = 0; i < MOST_CLOSED_AT_ONCE && !used.isEmpty(); i++) {
      Connection oldest = used.getLast();
      if (!isOld(oldest, now)) {
        return;
      }
      oldest.close();
    }
  }

  /** Closes all. */
  void closeAll() {
    List<Connection> all = new ArrayList<>(used);
    all.addAll(unused);
    all.addAll(lent);
    all.forEach(Connection::close);
  }

  /** Those that anyone may take. */
  int count() {
    return used.size() + unused.size();
  }

  boolean isEmpty() {
    return used.isEmpty() && unused.isEmpty();
  }
}
