package dev.loadline.runner.contract;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Reads the primitives of {@link ResultBytes}. Bytes that make no sense end in an {@link
 * IllegalArgumentException} or {@link IndexOutOfBoundsException}, nothing else.
 */
final class ByteReader {
  private final byte[] bytes;
  private int at;

  ByteReader(byte[] bytes) {
    this.bytes = bytes;
  }

  long number() {
    long value = unsigned();
    if (value < 0) {
      throw new IllegalArgumentException("a count is negative");
    }
    return value;
  }

  private long unsigned() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = bytes[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number does not end");
  }

  long signed() {
    long value = unsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A number from 0 to below {@code bound}. */
  int index(int bound) {
    long value = number();
    if (value >= bound) {
      throw new IllegalArgumentException("an index is out of range");
    }
    return (int) value;
  }

  /** A distance from a base. */
  OptionalLong optionalSigned(long base) {
    return flag() ? OptionalLong.of(base + signed()) : OptionalLong.empty();
  }

  OptionalLong optionalNumber() {
    return flag() ? OptionalLong.of(number()) : OptionalLong.empty();
  }

  OptionalInt optionalInt() {
    return flag() ? OptionalInt.of(index(Integer.MAX_VALUE)) : OptionalInt.empty();
  }

  /** A number of millionths. */
  OptionalDouble optionalDecimal() {
    return flag() ? OptionalDouble.of(number() / 1e6) : OptionalDouble.empty();
  }

  <T> Optional<T> optional(Function<ByteReader, T> reader) {
    return flag() ? Optional.of(reader.apply(this)) : Optional.empty();
  }

  boolean flag() {
    return switch (bytes[at++]) {
      case 0 -> false;
      case 1 -> true;
      default -> throw new IllegalArgumentException("a flag is neither 0 nor 1");
    };
  }

  String text() {
    int length = index(bytes.length - at + 1);
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  Optional<String> optionalText() {
    return flag() ? Optional.of(text()) : Optional.empty();
  }

  void end() {
    if (at != bytes.length) {
      throw new IllegalArgumentException("bytes are left over");
    }
  }
}
