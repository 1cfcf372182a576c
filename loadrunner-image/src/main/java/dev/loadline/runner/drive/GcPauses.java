package dev.loadline.runner.drive;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * The pauses of the garbage collectors since it was opened, from the JVM's own notifications, which
 * come a little after the pause. Only the latest {@value #MOST} are kept, far more than a run may
 * have and be valid. Any thread may ask.
 */
final class GcPauses implements AutoCloseable {
  static final int MOST = 10_000;

  /** Collectors that run beside the program report whole cycles under such a name. */
  private static final String CYCLES = "Cycles";

  /** Of a JVM that does not tell. */
  static final GcPauses UNKNOWN = new GcPauses(List.of());

  private final NotificationListener listener = this::hear;
  private final List<NotificationEmitter> emitters;
  private final Deque<Pause> pauses = new ArrayDeque<>();

  private GcPauses(List<NotificationEmitter> emitters) {
    this.emitters = emitters;
  }

  /** One pause, in milliseconds since the JVM's start. */
  private record Pause(long startMillis, long endMillis) {}

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

  /** Milliseconds since the JVM's start, now. */
  static long nowMillis() {
    return ManagementFactory.getRuntimeMXBean().getUptime();
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

  /** There was a pause between these instants, milliseconds since the JVM's start. */
  synchronized void paused(long startMillis, long endMillis) {
    if (pauses.size() == MOST) {
      pauses.removeFirst();
    }
    pauses.addLast(new Pause(startMillis, endMillis));
  }

  /**
   * The longest pause that began or ended between two instants, milliseconds; 0 if there was none,
   * absent if the JVM does not tell pauses.
   */
  synchronized OptionalLong longestMillis(long fromMillis, long toMillis) {
    return emitters.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(
            pauses.stream()
                .filter(pause -> pause.endMillis() >= fromMillis && pause.startMillis() <= toMillis)
                .mapToLong(pause -> pause.endMillis() - pause.startMillis())
                .max()
                .orElse(0));
  }

  /** How many are kept. */
  synchronized int heard() {
    return pauses.size();
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
