package dev.loadline.runner.drive;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.OptionalLong;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * The longest pause of the garbage collectors in a window, from the JVM's own notifications, which
 * come a little after the pause. A pause that began or ended in the window is one of its. Instants
 * are milliseconds since the JVM's start. Any thread may ask.
 */
final class GcPauses implements AutoCloseable {
  /** Collectors that run beside the program report whole cycles under such a name. */
  private static final String CYCLES = "Cycles";

  /** Of a JVM that does not tell. */
  static final GcPauses UNKNOWN = new GcPauses(List.of());

  private final NotificationListener listener = this::hear;
  private final List<NotificationEmitter> emitters;
  private long openMillis;
  private long closeMillis = Long.MAX_VALUE;
  private long longestMillis;
  private long heard;

  private GcPauses(List<NotificationEmitter> emitters) {
    this.emitters = emitters;
  }

  /** Listens from now on. */
  static GcPauses listen() {
    List<NotificationEmitter> emitters =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(collector -> !collector.getName().endsWith(CYCLES))
            .filter(NotificationEmitter.class::isInstance)
            .map(NotificationEmitter.class::cast)
            .toList();
    GcPauses pauses = new GcPauses(emitters);
    emitters.forEach(emitter -> emitter.addNotificationListener(pauses.listener, null, null));
    return pauses;
  }

  /** The instant so many nanoseconds from now; fewer than none are ago. */
  static long millisIn(long nanos) {
    return ManagementFactory.getRuntimeMXBean().getUptime() + Math.floorDiv(nanos, 1_000_000L);
  }

  /** Time spent in all pauses since the JVM's start, milliseconds. */
  static long totalMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .filter(collector -> !collector.getName().endsWith(CYCLES))
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .filter(millis -> millis > 0)
        .sum();
  }

  private void hear(Notification notification, Object handback) {
    if (notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      GcInfo info =
          GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
              .getGcInfo();
      paused(info.getStartTime(), info.getEndTime());
    }
  }

  /**
   * The next window opens at this instant. Must be told before that: what was heard until now is
   * forgotten.
   */
  synchronized void opens(long atMillis) {
    openMillis = atMillis;
    closeMillis = Long.MAX_VALUE;
    longestMillis = 0;
  }

  /** The window closes at this instant. */
  synchronized void closes(long atMillis) {
    closeMillis = atMillis;
  }

  /** There was a pause between these instants. */
  synchronized void paused(long startMillis, long endMillis) {
    heard++;
    if (endMillis >= openMillis && startMillis <= closeMillis) {
      longestMillis = Math.max(longestMillis, endMillis - startMillis);
    }
  }

  /**
   * The window's longest pause, milliseconds; 0 if it had none, absent if the JVM does not tell
   * pauses.
   */
  synchronized OptionalLong longestMillis() {
    return emitters.isEmpty() ? OptionalLong.empty() : OptionalLong.of(longestMillis);
  }

  /** How many it has heard of. */
  synchronized long heard() {
    return heard;
  }

  @Override
  public void close() {
    for (NotificationEmitter emitter : emitters) {
      try {
        emitter.removeNotificationListener(listener);
      } catch (ListenerNotFoundException e) {
        // Then it hears nothing any more.
      }
    }
  }
}
