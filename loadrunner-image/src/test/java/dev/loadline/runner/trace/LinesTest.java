package dev.loadline.runner.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {
  @Test
  void aLineEndsWithLfOrCrLfAndTheLastOneWithTheText() throws Exception {
    assertThat(lines("a\nb\r\n\n\r\nc\rd\r\r\n\re"))
        .containsExactly("a", "b", "", "", "c\rd\r", "\re");
    assertThat(lines("a\n")).containsExactly("a");
    assertThat(lines("\n")).containsExactly("");
    assertThat(lines("")).isEmpty();
  }

  @Test
  void aByteOrderMarkIsPassedOverAtTheBeginOnly() throws Exception {
    assertThat(lines("\uFEFFa\n\uFEFFb")).containsExactly("a", "\uFEFFb");
    assertThat(lines("\uFEFF")).containsExactly("");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void howTheBytesComeDoesNotMatter(long seed) throws Exception {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String line = "x€ä\uD83D\uDE00,".repeat(random.nextInt(i % 10 == 0 ? 20_000 : 10));
      expected.add(line);
      text.append(line).append(random.nextBoolean() ? "\n" : "\r\n");
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);

    assertThat(all(new Lines(inPieces(bytes, random)))).isEqualTo(expected);
  }

  /** A source without end cannot be read before its lines are given out. */
  @Test
  void isReadNoFurtherThanALineNeeds() throws Exception {
    byte[] line = "{\"timestamp\": 1}\n".getBytes(StandardCharsets.UTF_8);
    Lines lines =
        new Lines(
            new InputStream() {
              private int position;

              @Override
              public int read() {
                return line[position++ % line.length];
              }

              @Override
              public int read(byte[] target, int offset, int length) {
                for (int i = 0; i < length; i++) {
                  target[offset + i] = (byte) read();
                }
                return length;
              }
            });

    for (int i = 1; i <= 20_000; i++) {
      assertThat(lines.next()).hasValue("{\"timestamp\": 1}");
      assertThat(lines.number()).isEqualTo(i);
    }
  }

  @Test
  void refusesALineThatIsTooLongOrNotUtf8AndGoesOnBehindIt() throws Exception {
    byte[] bytes = ("ä\n" + "x".repeat(5 * Lines.LONGEST) + "\nz").getBytes(StandardCharsets.UTF_8);
    bytes[0] = (byte) 0xFF;
    Lines lines = new Lines(new ByteArrayInputStream(bytes));

    assertThatThrownBy(lines::next).hasMessage("the line is not UTF-8, convert the file");
    assertThatThrownBy(lines::next).hasMessage("the line is longer than 1 MiB, shorten it");
    assertThat(lines.next()).hasValue("z");
    assertThat(lines.number()).isEqualTo(3);
    assertThat(lines.next()).isEmpty();
  }

  private static List<String> lines(String text) throws IOException, RowException {
    return all(new Lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
  }

  private static List<String> all(Lines lines) throws IOException, RowException {
    List<String> all = new ArrayList<>();
    for (Optional<String> next = lines.next(); next.isPresent(); next = lines.next()) {
      all.add(next.get());
    }
    return all;
  }

  /** Gives one to seven bytes at a time, or as many as are asked for. */
  private static InputStream inPieces(byte[] bytes, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        int most = random.nextInt(50) == 0 ? length : 1 + random.nextInt(7);
        return super.read(target, offset, Math.min(length, most));
      }
    };
  }
}
