package dev.loadline.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A scrape's text, and what version 0.0.4 of Prometheus' text format demands of it. */
public final class TextFormat {
  private static final String TYPE = "# TYPE ";

  private TextFormat() {}

  /** What {@code body} writes. */
  public static String of(ManagementServer.Body body) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      body.writeTo(text);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  /** Every family is there once, with its type, and all its series stand below it. */
  public static void assertGrouped(String text) {
    List<String> families = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith(TYPE)) {
        families.add(line.substring(TYPE.length()).replaceFirst(" .*", ""));
      } else if (!line.startsWith("#")) {
        assertThat(families).as(line).isNotEmpty();
        assertThat(line).startsWith(families.getLast());
      }
    }
    assertThat(families).isNotEmpty().doesNotHaveDuplicates();
  }
}
