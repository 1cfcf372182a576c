package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class AnswerFuzzTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final List<String> FRAGMENTS =
      List.of(
          "data: ",
          "data:",
          "\n\n",
          "\r\n\r\n",
          "\r",
          "[DONE]",
          "{\"choices\":[",
          "]}",
          "{",
          "}",
          "\"delta\":{\"content\":\"x\"}",
          "\"usage\":{\"completion_tokens\":99999999999}",
          "\"error\":null",
          "\"error\":{}",
          "null",
          "\u00ef\u00bb\u00bf",
          "\u00ff",
          "0\r\n\r\n",
          "ffffffff\r\n",
          "event: error\n",
          "error: {}\n\n",
          "\"finish_reason\":\"abort\"",
          ":");

  @Test
  void endsEveryMutatedAnswerWithoutThrowing() throws Exception {
    List<byte[]> answers = new ArrayList<>();
    try (Stream<Path> files = Files.walk(WireReplayTest.own())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".http")).sorted().toList()) {
        answers.add(Files.readAllBytes(file));
      }
    }
    Assertions.assertTimeoutPreemptively(
        LIMIT,
        () -> {
          for (int seed = 0; seed < 6_000; seed++) {
            Random random = new Random(seed);
            byte[] http = mutate(answers.get(seed % answers.size()), random);
            int[] cuts = random.ints(random.nextInt(6), 0, http.length + 1).sorted().toArray();
            String round = "seed " + seed;
            assertThatCode(() -> AnswerReplay.cut(http, cuts)).as(round).doesNotThrowAnyException();
            assertThat(AnswerReplay.cut(http, cuts)).as(round).isEqualTo(AnswerReplay.whole(http));
          }
        });
  }

  private static byte[] mutate(byte[] answer, Random random) {
    byte[] http = answer;
    int changes = 1 + random.nextInt(5);
    for (int i = 0; i < changes; i++) {
      int head = new String(http, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
      int least = random.nextInt(8) == 0 ? 0 : Math.max(0, Math.min(head, http.length));
      int at = least + random.nextInt(Math.max(1, http.length - least));
      int to = Math.min(http.length, at + random.nextInt(60));
      byte[] change =
          switch (random.nextInt(5)) {
            case 0 -> new byte[] {(byte) random.nextInt(256)};
            case 1 ->
                FRAGMENTS
                    .get(random.nextInt(FRAGMENTS.size()))
                    .getBytes(StandardCharsets.ISO_8859_1);
            case 2 -> Arrays.copyOfRange(http, at, to);
            case 3 -> new byte[0];
            default -> Arrays.copyOfRange(http, Math.min(head, at), at);
          };
      ByteArrayOutputStream next = new ByteArrayOutputStream();
      next.write(http, 0, at);
      next.writeBytes(change);
      int rest = random.nextInt(10) == 0 ? http.length : random.nextBoolean() ? at : to;
      next.write(http, rest, http.length - rest);
      http = next.toByteArray();
    }
    return http;
  }

  @Test
  void endsRandomEventStreamsWithoutThrowing() {
    for (int seed = 0; seed < 6_000; seed++) {
      Random random = new Random(seed);
      StringBuilder body = new StringBuilder();
      random
          .ints(random.nextInt(60), 0, FRAGMENTS.size())
          .forEach(fragment -> body.append(FRAGMENTS.get(fragment)));
      String text = body.toString();

      assertThatCode(() -> AnswerReplay.body(text)).as("seed %d", seed).doesNotThrowAnyException();
    }
  }

  @Test
  void refusesALineWithoutEnd() {
    assertThat(endless("data: {\"choices\":[{\"delta\":{\"content\":\"" + "x".repeat(65_536)))
        .isEqualTo(ErrorClass.BAD_RESPONSE);
  }

  @Test
  void refusesAnEventOfEndlessLines() {
    assertThat(endless("data: " + "x".repeat(1_000) + "\n")).isEqualTo(ErrorClass.BAD_RESPONSE);
  }

  @Test
  void refusesAnEndlessDocument() {
    assertThat(endless("{" + " ".repeat(1_000))).isEqualTo(ErrorClass.BAD_RESPONSE);
  }

  /** Feeds the same bytes until the decoder refuses, at most 64 MiB of them. */
  private static ErrorClass endless(String piece) {
    RequestTimeline timeline = new RequestTimeline();
    timeline.reset(0, 1);
    Exchange exchange = new Exchange(AnswerReplay.BODY, timeline, NoTokenGaps.INSTANCE, done -> {});
    AnswerDecoder decoder =
        new AnswerDecoder(AnswerReplay.tools(new AnswerBudget(Long.MAX_VALUE)), exchange);
    byte[] bytes = piece.getBytes(StandardCharsets.US_ASCII);
    for (long fed = 0; fed < 64 << 20 && decoder.failure().isEmpty(); fed += bytes.length) {
      decoder.content(bytes, 0, bytes.length, 1);
    }
    return decoder.failure().map(Outcome.Failure::errorClass).orElseThrow();
  }
}
