package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** The same cases every day; {@link ReaderTorture} runs others for as long as one likes. */
class AnswerFuzzTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static TortureCases cases() throws Exception {
    List<byte[]> answers = new ArrayList<>();
    for (Path file : WireReplayTest.files()) {
      answers.add(Files.readAllBytes(file));
    }
    return new TortureCases(answers);
  }

  /** Every seed below the limit is a case without a fault. */
  private static void assertNoFault(int seeds, LongFunction<Optional<String>> cases) {
    Assertions.assertTimeoutPreemptively(
        LIMIT,
        () -> {
          for (long seed = 0; seed < seeds; seed++) {
            assertThat(cases.apply(seed)).as("seed %d", seed).isEmpty();
          }
        });
  }

  @Test
  void readsEveryWrittenStreamAsItWasMeant() throws Exception {
    assertNoFault(6_000, cases()::written);
  }

  @Test
  void readsOrRefusesEveryWrittenStreamWithLittleMemory() throws Exception {
    assertNoFault(3_000, cases()::scarce);
  }

  @Test
  void endsEveryMutatedAnswerInOneWayHoweverItIsCut() throws Exception {
    assertNoFault(6_000, cases()::mutated);
  }

  @Test
  void endsRandomPiecesInOneWayHoweverTheyAreCut() throws Exception {
    assertNoFault(6_000, cases()::pieces);
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
