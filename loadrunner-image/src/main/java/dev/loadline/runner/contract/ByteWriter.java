package dev.loadline.runner.contract;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

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

  void number(OptionalLong value) {
    flag(value.isPresent());
    value.ifPresent(this::number);
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
