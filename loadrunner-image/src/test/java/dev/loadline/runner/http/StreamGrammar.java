package dev.loadline.runner.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes random answers, most of them event streams as the WHATWG and the engines allow them, and
 * knows what must be read of each.
 */
final class StreamGrammar {
  private static final byte[] HALF = {(byte) 0xf0, (byte) 0x9f};

  /**
   * One answer.
   *
   * @param properly false if the connection breaks before the body has ended
   */
  record Written(String latin1, boolean properly, Expectation expected) {
    byte[] body() {
      return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  private final Random random;
  private final ChunkGrammar chunks;
  private final String lineEnd;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final List<Said.At> events = new ArrayList<>();
  private boolean afterCr;

  private StreamGrammar(Random random) {
    this.random = random;
    chunks = new ChunkGrammar(random);
    lineEnd = List.of("\n", "\n", "\r\n", "\r", "").get(random.nextInt(5));
  }

  /** The answer that belongs to this seed. */
  static Written write(long seed) {
    Random random = new Random(seed);
    StreamGrammar grammar = new StreamGrammar(random);
    return random.nextInt(20) == 0 ? grammar.document() : grammar.stream();
  }

  private Written document() {
    text(
        List.of("", "", "\u00ef\u00bb\u00bf", "\r\n", " \u00ef\u00bb\u00bf\n")
            .get(random.nextInt(5)));
    ChunkGrammar.Written chunk = random.nextInt(8) == 0 ? chunks.error() : chunks.chunk(true);
    json(chunk.json());
    boolean properly = random.nextInt(10) != 0;
    return new Written(
        body.toString(StandardCharsets.ISO_8859_1),
        properly,
        Expectation.ofDocument(chunk.said(), properly));
  }

  private Written stream() {
    if (random.nextInt(6) == 0) {
      text("\u00ef\u00bb\u00bf");
    }
    int count = random.nextInt(14);
    for (int i = 0; i < count; i++) {
      boolean finish = i == count - 1 && random.nextInt(8) != 0;
      event(chunks.chunk(finish));
      if (random.nextInt(60) == 0) {
        event(chunks.error());
      }
    }
    if (random.nextInt(4) == 0) {
      event(chunks.usageOnly());
    }
    end();
    boolean properly = random.nextInt(6) != 0;
    return new Written(
        body.toString(StandardCharsets.ISO_8859_1),
        properly,
        Expectation.ofEvents(events, properly, false));
  }

  /** {@code [DONE]}, something behind it, something cut off, or nothing of all this. */
  private void end() {
    if (random.nextInt(4) != 0) {
      data(List.of("[DONE]", " [DONE]", "[DONE]\t ", "[DONE]\n").get(random.nextInt(4)));
      endEvent(new Said.Done());
    }
    switch (random.nextInt(8)) {
      case 0 -> event(chunks.chunk(false));
      case 1 -> open("{\"choices\":[{\"delta\":{\"content\":\"cut o", new Said.NoJson());
      case 2 -> {
        ChunkGrammar.Written chunk = chunks.chunk(true);
        open(chunk.json(), chunk.said());
      }
      case 3 -> {
        data("<html>");
        endEvent(new Said.NoJson());
      }
      default -> {}
    }
  }

  /** An event without its blank line and perhaps without the end of its last line. */
  private void open(String data, Said said) {
    data(data);
    if (random.nextBoolean()) {
      String all = body.toString(StandardCharsets.ISO_8859_1).stripTrailing();
      body.reset();
      text(all);
    }
    events.add(new Said.At(said, body.size(), false));
  }

  private void event(ChunkGrammar.Written chunk) {
    int others = random.nextInt(3) == 0 ? random.nextInt(4) : 0;
    for (int i = 0; i < others; i++) {
      other();
    }
    boolean failed = chunk.said() instanceof Said.Failed;
    switch (failed ? random.nextInt(3) : 2) {
      case 0 -> {
        line("event: error");
        data(chunk.json());
      }
      case 1 -> line("error: " + chunk.json());
      default -> data(chunk.json());
    }
    endEvent(chunk.said());
  }

  /** A line, or an event, that says nothing. */
  private void other() {
    switch (random.nextInt(8)) {
      case 0 -> line(": ping - 2026-01-01");
      case 1 -> line("id: 7");
      case 2 -> line("retry: 100");
      case 3 -> line("event: message");
      case 4 -> line(":");
      case 5 -> newLine();
      case 6 -> {
        newLine();
        data("");
        newLine();
      }
      default -> {
        newLine();
        data("  ");
        endEvent(new Said.Nothing());
      }
    }
  }

  /** One data line for each line of the text. */
  private void data(String lines) {
    for (String part : lines.split("\n", -1)) {
      boolean bare = part.isEmpty() && random.nextBoolean();
      boolean space = part.startsWith(" ") || random.nextInt(3) != 0;
      line(bare ? "data" : (space ? "data: " : "data:") + part);
    }
  }

  private void endEvent(Said said) {
    int end = body.size();
    newLine();
    events.add(new Said.At(said, end, true));
  }

  private void line(String text) {
    afterCr = false;
    json(text);
    newLine();
  }

  private void newLine() {
    String mixed = List.of("\r", "\r\n", "\n").get(random.nextInt(afterCr ? 2 : 3));
    String end = lineEnd.isEmpty() ? mixed : lineEnd;
    text(end);
    afterCr = end.equals("\r");
  }

  private void text(String latin1) {
    body.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** In UTF-8, but for the halves of characters. */
  private void json(String text) {
    String[] parts = text.split(ChunkGrammar.HALF, -1);
    for (int i = 0; i < parts.length; i++) {
      body.writeBytes(i == 0 ? new byte[0] : HALF);
      body.writeBytes(parts[i].getBytes(StandardCharsets.UTF_8));
    }
  }
}
