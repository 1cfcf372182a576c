package dev.loadline.runner.http;

import java.util.Arrays;

/**
 * Bytes of an answer that outlive one read. They grow to 8 MiB and within the loop's budget; the
 * first 2 KiB, more than an event of one token, count for nothing.
 */
final class AnswerBytes {
  /** The most, in bytes: far above any real event, far below what hurts. */
  static final int MAX = 8 << 20;

  private static final int FIRST = 512;
  private static final int FREE = 2 << 10;
  private static final byte[] NONE = {};

  private final AnswerBudget budget;
  private byte[] bytes = NONE;
  private int length;
  private boolean lacksMemory;

  AnswerBytes(AnswerBudget budget) {
    this.budget = budget;
  }

  /** The array that holds them, from its beginning on; valid until more are appended. */
  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Appends a part of an array; false, for good, if there is no room for it. */
  boolean append(byte[] source, int from, int to) {
    int wanted = length + to - from;
    if (wanted > MAX || (wanted > bytes.length && !grow(wanted))) {
      return false;
    }
    System.arraycopy(source, from, bytes, length, to - from);
    length = wanted;
    return true;
  }

  private boolean grow(int wanted) {
    int capacity = Math.max(FIRST, Math.max(wanted, Math.min(MAX, 2 * bytes.length)));
    if (!budget.take(counted(capacity) - counted(bytes.length))) {
      lacksMemory = true;
      return false;
    }
    bytes = length == 0 ? new byte[capacity] : Arrays.copyOf(bytes, capacity);
    return true;
  }

  private static long counted(int capacity) {
    return Math.max(0, capacity - FREE);
  }

  /** True if it was the budget that left no room. */
  boolean lacksMemory() {
    return lacksMemory;
  }

  /** Forgets the bytes, but keeps their room. */
  void clear() {
    length = 0;
  }

  /** Forgets the bytes and their room, and gives back what was counted. */
  void release() {
    length = 0;
    lacksMemory = false;
    budget.giveBack(counted(bytes.length));
    bytes = NONE;
  }
}
