package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SseFramerTest {
  private static final String BOM = "\u00ef\u00bb\u00bf";

  /** Feeds the text in pieces and lists the events; others than ordinary ones with their kind. */
  private static List<String> frame(String latin1, int... cuts) {
    List<String> events = new ArrayList<>();
    SseFramer framer =
        new SseFramer(
            (bytes, from, to, kind) -> {
              String data = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
              events.add(kind == SseFramer.Kind.DATA ? data : kind + " " + data);
            },
            new AnswerBudget(Long.MAX_VALUE));
    byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
    int from = 0;
    for (int to : cuts) {
      feed(framer, bytes, from, to);
      from = to;
    }
    feed(framer, bytes, from, bytes.length);
    framer.end();
    return events;
  }

  /** Feeds from an array that is overwritten afterwards, as the event loop's is. */
  private static void feed(SseFramer framer, byte[] bytes, int from, int to) {
    byte[] read = new byte[to - from + 7];
    System.arraycopy(bytes, from, read, 3, to - from);
    assertThat(framer.feed(read, 3, 3 + to - from)).isTrue();
    Arrays.fill(read, (byte) '#');
  }

  private static void assertFramed(String text, String... events) {
    String resolved = text.replace("BOM", BOM).replace("\\r", "\r").replace("\\n", "\n");
    assertThat(frame(resolved)).containsExactly(events);
    for (int at = 1; at < resolved.length(); at++) {
      assertThat(frame(resolved, at)).as("cut at %d", at).containsExactly(events);
      for (int next = at + 1; next < resolved.length(); next++) {
        assertThat(frame(resolved, at, next)).as("%d, %d", at, next).containsExactly(events);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data: a\\n\\n",
        "data: a\\r\\r",
        "data: a\\r\\n\\r\\n",
        "data: a\\r\\n\\n",
        "data: a\\n\\r\\n",
        "data:a\\n\\n",
        "BOMdata: a\\n\\n",
        "\\n\\ndata: a\\n\\n\\n",
        ": comment\\ndata: a\\n: another\\n\\n",
        ":\\n\\ndata: a\\n\\n",
        "event: other\\nid: 1\\nretry: 5\\ndata: a\\n\\n",
        "id\\ndata: a\\n\\n",
        "database: b\\ndata: a\\n\\n",
        "data\\n\\ndata:\\n\\ndata: \\n\\ndata: a\\n\\n",
        "event: error\\n\\ndata: a\\n\\n"
      })
  void findsTheOneEvent(String text) {
    assertFramed(text, "a");
  }

  @Test
  void findsManyEventsInOneRead() {
    assertFramed("data: a\n\ndata: b\n\ndata: c\n\n", "a", "b", "c");
  }

  @Test
  void joinsDataLines() {
    assertFramed("data: a\ndata:  b\ndata\ndata: c\n\n", "a\n b\n\nc");
  }

  @Test
  void joinsDataLinesOfCrLf() {
    assertFramed("data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", "a\nb", "c");
  }

  @Test
  void keepsBytesOfCharactersTogether() {
    assertFramed("data: \u00f0\u009f\u008c\u008a\n\n", "\u00f0\u009f\u008c\u008a");
  }

  @Test
  void tellsErrorEvents() {
    assertFramed("error: x\n\nevent: error\ndata: y\n\ndata: z\n\n", "ERROR x", "ERROR y", "z");
  }

  @Test
  void handsOnTheLastEventAsUnterminated() {
    assertFramed("data: a\n\ndata: b", "a", "UNTERMINATED b");
  }

  @Test
  void handsOnTheLastEventWithoutItsBlankLineAsUnterminated() {
    assertFramed("data: a\n\ndata: b\r\n", "a", "UNTERMINATED b");
  }

  @Test
  void tellsALastErrorEventWithoutItsBlankLine() {
    assertFramed("data: a\n\nevent: error\ndata: y\n", "a", "ERROR y");
    assertFramed("data: a\n\nerror: y", "a", "ERROR y");
  }

  @Test
  void takesAnEventOfMoreThanOneMebibyte() {
    String large = "x".repeat(3 << 20);

    assertThat(frame("data: " + large + "\n\ndata: b\n\n", 1 << 20, 2 << 20))
        .containsExactly(large, "b");
  }

  @Test
  void skipsAByteOrderMarkAtTheBeginningOnly() {
    assertThat(frame("data: a\n\n" + BOM + "data: b\n\n")).containsExactly("a");
  }

  /** Without a budget, 2 KiB are left for what is open. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"data: b%s|'\\n\\ndata: c\\n\\n'", "data: %s|'\\ndata: c\\n\\n'"})
  void refusesForGoodWhatDoesNotFit(String open, String rest) {
    List<String> events = new ArrayList<>();
    SseFramer framer =
        new SseFramer((bytes, from, to, kind) -> events.add("x"), new AnswerBudget(0));
    String filling = "x".repeat((2 << 10) - "data: ".length());
    byte[] begin = open.formatted(filling).getBytes(StandardCharsets.US_ASCII);
    byte[] end = (filling + rest.replace("\\n", "\n")).getBytes(StandardCharsets.US_ASCII);

    assertThat(framer.feed(begin, 0, begin.length) && framer.feed(end, 0, end.length)).isFalse();
    framer.end();

    assertThat(events).isEmpty();
    assertThat(framer.lacksMemory()).isTrue();
  }

  @Test
  void refusesOneMoreLineOfDataThanFits() {
    SseFramer framer = new SseFramer((bytes, from, to, kind) -> {}, new AnswerBudget(0));
    String text = "data: " + "x".repeat(1_024) + "\ndata: " + "x".repeat(1_023) + "\ndata\n";
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);

    assertThat(framer.feed(bytes, 0, bytes.length)).isFalse();

    assertThat(framer.lacksMemory()).isTrue();
  }

  @Test
  void seesThatABodyIsNoEventStream() {
    SseFramer framer = new SseFramer((bytes, from, to, kind) -> {}, new AnswerBudget(0));
    byte[] html = "<html>\n".getBytes(StandardCharsets.US_ASCII);

    assertThat(framer.feed(html, 0, html.length)).isTrue();

    assertThat(framer.sawUnknownLines()).isTrue();
  }
}
