package dev.loadline.runner.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of one loop that carry no request: those that anyone may take, the last used
 * first, and those that a lane keeps for itself. Each step takes the same time however many there
 * are. Used on that loop only.
 */
final class IdleConnections {
  private static final int MOST_CLOSED_AT_ONCE = 16;

  private final KeepAlive keepAlive;
  private final SequencedSet<Connection> used = new LinkedHashSet<>();
  private final SequencedSet<Connection> unused = new LinkedHashSet<>();
  private final Set<Connection> lent = new LinkedHashSet<>();

  /** None, to be used again by these rules. */
  IdleConnections(KeepAlive keepAlive) {
    this.keepAlive = keepAlive;
  }

  /** The one that was used last, unless the server may be about to close it; else an unused one. */
  @Nullable Connection take() {
    if (!used.isEmpty() && !isOld(used.getLast(), System.nanoTime())) {
      return used.removeLast();
    }
    return unused.isEmpty() ? null : unused.removeLast();
  }

  private boolean isOld(Connection connection, long now) {
    return now - connection.idleSinceNanos() >= keepAlive.idle().toNanos();
  }

  /** One whose answer has ended. */
  void add(Connection connection) {
    lent.remove(connection);
    used.add(connection);
  }

  /** One that has carried no request yet. */
  void addUnused(Connection connection) {
    unused.add(connection);
  }

  /** One that a lane keeps until the server closes it. */
  void lend(Connection connection) {
    lent.add(connection);
  }

  /** It carries a request again, or is closed. */
  void remove(Connection connection) {
    if (!lent.remove(connection) && !used.remove(connection)) {
      unused.remove(connection);
    }
  }

  /** Closes those that anyone may take and the server may be about to close, a few at a time. */
  void closeOld(long now) {
    for (int i = 0; i < MOST_CLOSED_AT_ONCE && !used.isEmpty(); i++) {
      Connection oldest = used.getFirst();
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
