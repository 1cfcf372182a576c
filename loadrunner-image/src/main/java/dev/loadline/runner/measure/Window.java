package dev.loadline.runner.measure;

/**
 * The measured part of a stage: from its opening, included, to its closing, excluded. Instants are
 * nanoseconds of the monotonic clock. Any thread may read it and close it earlier than planned;
 * this is the one thing that the loops of a stage share.
 */
public final class Window {
  /** The closing of a window that waits for a number of requests. */
  public static final long OPEN_ENDED = Long.MAX_VALUE;

  private final long openNanos;
  private volatile long closeNanos;

  /**
   * A window.
   *
   * @param openNanos when it opens
   * @param closeNanos when it closes, {@link #OPEN_ENDED} if that is not known yet
   */
  public Window(long openNanos, long closeNanos) {
    this.openNanos = openNanos;
    this.closeNanos = Math.max(openNanos, closeNanos);
  }

  /** When it opens. */
  public long openNanos() {
    return openNanos;
  }

  /** When it closes, or {@link #OPEN_ENDED}. */
  public long closeNanos() {
    return closeNanos;
  }

  /** Closes it at this instant unless it closes earlier; before its opening, it never opens. */
  public synchronized void closeAt(long nanos) {
    closeNanos = Math.max(openNanos, Math.min(closeNanos, nanos));
  }

  /** True if the instant lies in the window; false for {@link RequestTimeline#NEVER}. */
  public boolean contains(long nanos) {
    return nanos >= openNanos && nanos < closeNanos;
  }

  /** How much of the time between two instants lies in the window. */
  public long overlapNanos(long fromNanos, long toNanos) {
    return Math.max(0, Math.min(toNanos, closeNanos) - Math.max(fromNanos, openNanos));
  }

  /** Its length; only meaningful once it is known when it closes. */
  public long lengthNanos() {
    return closeNanos - openNanos;
  }
}
