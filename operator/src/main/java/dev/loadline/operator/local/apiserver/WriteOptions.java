package dev.loadline.operator.local.apiserver;

/**
 * How a write is meant.
 *
 * @param manager who writes, as managed fields show it
 * @param strict unknown fields are refused instead of dropped
 * @param force an apply takes fields that others own
 * @param dryRun nothing is stored
 */
public record WriteOptions(String manager, boolean strict, boolean force, boolean dryRun) {
  /** A plain write of this manager. */
  public static WriteOptions by(String manager) {
    return new WriteOptions(manager, false, false, false);
  }
}
