package dev.loadline.runner.contract;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/** Writes the primitives of {@link ResultBytes}. */
final class ByteWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  void number(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("a count is negative: " + value);
    }
    unsigned(value);
  }

  private void unsigned(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** Zigzag: small distances in either direction stay small. */
  void signed(long value) {
    unsigned((value << 1) ^ (value >> 63));
  }

  /** The distance from a base. */
  void signed(OptionalLong value, long base) {
    flag(value.isPresent());
    value.ifPresent(present -> signed(present - base));
  }

  void number(OptionalLong value) {
    flag(value.isPresent());
    value.ifPresent(this::number);
  }

  void number(OptionalInt value) {
    flag(value.isPresent());
    value.ifPresent(this::number);
  }

  /** A decimal as a number of millionths. */
  void decimal(OptionalDouble value) {
    flag(value.isPresent());
    value.ifPresent(decimal -> number(Math.round(decimal * 1e6)));
  }

  /** What may be missing, a flag before it. */
  <T> void optional(Optional<T> value, BiConsumer<ByteWriter, T> writer) {
    flag(value.isPresent());
    value.ifPresent(present -> writer.accept(this, present));
  }

  void flag(boolean value) {
    out.write(value ? 1 : 0);
  }

  void text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    out.writeBytes(bytes);
  }

  void text(Optional<String> value) {
    flag(value.isPresent());
    value.ifPresent(this::text);
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
