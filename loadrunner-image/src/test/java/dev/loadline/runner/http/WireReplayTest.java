package dev.loadline.runner.http;

import static dev.loadline.runner.measure.ErrorClass.CONTEXT_LENGTH;
import static dev.loadline.runner.measure.ErrorClass.EMPTY;
import static dev.loadline.runner.measure.ErrorClass.NOT_FOUND;
import static dev.loadline.runner.measure.ErrorClass.STREAM_ERROR;
import static dev.loadline.runner.measure.ErrorClass.TRUNCATED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireReplayTest {
  private static final Map<String, ErrorClass> FAILURES =
      Map.of(
          "vllm/chat-error-inside.http", STREAM_ERROR,
          "vllm/error-context.http", CONTEXT_LENGTH,
          "vllm/error-model.http", NOT_FOUND,
          "llama-cpp-python/error-context.http", EMPTY,
          "sglang/chat-abort.http", STREAM_ERROR,
          "tgi/chat-error-inside.http", STREAM_ERROR,
          "llama-cpp/chat-error-field.http", STREAM_ERROR,
          "ollama/chat-ends-early.http", TRUNCATED);

  static Path own() throws URISyntaxException {
    return Path.of(WireReplayTest.class.getResource("/wire/README.md").toURI()).getParent();
  }

  static List<Path> files() throws IOException, URISyntaxException {
    Stream<Path> folders =
        Stream.concat(
            Stream.of(own()),
            Optional.ofNullable(System.getenv("LOADLINE_WIRE")).map(Path::of).stream());
    return folders.flatMap(WireReplayTest::below).toList();
  }

  private static Stream<Path> below(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".http")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String name) throws Exception {
    return Files.readAllBytes(own().resolve(name));
  }

  @ParameterizedTest
  @MethodSource("files")
  void readsTheSameWhereverTheAnswerIsCut(Path file) throws IOException {
    byte[] http = Files.readAllBytes(file);
    AnswerReplay.Result whole = AnswerReplay.whole(http);
    int step = http.length > 20_000 ? 97 : 1;

    for (int at = 1; at < http.length; at += step) {
      assertThat(AnswerReplay.cut(http, at)).as("cut at %d", at).isEqualTo(whole);
    }
    int[] everywhere = IntStream.range(1, http.length).toArray();
    assertThat(AnswerReplay.cut(http, everywhere)).as("byte by byte").isEqualTo(whole);
  }

  @ParameterizedTest
  @MethodSource("files")
  void readsTheSameInRandomPieces(Path file) throws IOException {
    byte[] http = Files.readAllBytes(file);
    AnswerReplay.Result whole = AnswerReplay.whole(http);
    Random random = new Random(42);
    for (int round = 0; round < 300; round++) {
      int[] cuts =
          random.ints(1 + random.nextInt(40), 1, http.length).sorted().distinct().toArray();
      assertThat(AnswerReplay.cut(http, cuts))
          .as("cut at %s", Arrays.toString(cuts))
          .isEqualTo(whole);
    }
  }

  @Test
  void endsEachCaseAsItsEngineMeansIt() throws Exception {
    for (Path file : below(own()).toList()) {
      String name = own().relativize(file).toString();
      Outcome outcome = AnswerReplay.whole(Files.readAllBytes(file)).outcome();
      if (FAILURES.containsKey(name)) {
        assertThat(outcome).as(name).isInstanceOf(Outcome.Failure.class);
        assertThat(((Outcome.Failure) outcome).errorClass()).as(name).isEqualTo(FAILURES.get(name));
      } else {
        assertThat(outcome).as(name).isEqualTo(new Outcome.Success());
      }
    }
  }

  @Test
  void countsTokensFromUsageInItsOwnChunk() throws Exception {
    AnswerReplay.Result result = AnswerReplay.whole(bytes("vllm/chat-usage.http"));

    assertThat(result.events()).isEqualTo(5);
    assertThat(result.output()).isEqualTo(5);
    assertThat(result.input()).hasValue(17);
    assertThat(result.tokensPerEvent()).containsExactly(0, 0, 0, 0, 0);
  }

  @Test
  void knowsTokensPerEventFromUsageOnEveryChunk() throws Exception {
    AnswerReplay.Result result = AnswerReplay.whole(bytes("vllm/chat-continuous-usage.http"));

    assertThat(result.tokensPerEvent()).containsExactly(1, 1, 1, 1, 1);
  }

  @Test
  void doesNotTakeTheTotalOnTheLastTextForThatEventsTokens() throws Exception {
    AnswerReplay.Result result = AnswerReplay.whole(bytes("tgi/chat-usage-on-last.http"));

    assertThat(result.output()).isEqualTo(5);
    assertThat(result.tokensPerEvent()).containsExactly(0, 0, 0, 0, 0);
  }

  @Test
  void countsReasoningAndCachedTokens() throws Exception {
    AnswerReplay.Result result = AnswerReplay.whole(bytes("vllm/chat-reasoning.http"));

    assertThat(result.events()).isEqualTo(3);
    assertThat(result.cached()).hasValue(16);
    assertThat(result.reasoning()).hasValue(2);
  }

  @Test
  void believesTextRatherThanUsageOfZero() throws Exception {
    AnswerReplay.Result result = AnswerReplay.whole(bytes("ollama/chat-zero-usage.http"));

    assertThat(result.output()).isEqualTo(3);
    assertThat(result.tokensPerEvent()).containsExactly(0, 0, 0);
  }

  @Test
  void believesUsageOfFewerTokensThanPiecesOfText() throws Exception {
    AnswerReplay.Result result = AnswerReplay.whole(bytes("gateway/chat-finer-than-tokens.http"));

    assertThat(result.events()).isEqualTo(6);
    assertThat(result.output()).isEqualTo(2);
  }

  @Test
  void believesTextRatherThanUsageOfOneOnEveryChunk() throws Exception {
    AnswerReplay.Result result = AnswerReplay.whole(bytes("gateway/chat-one-on-every-chunk.http"));

    assertThat(result.output()).isEqualTo(3);
  }

  @Test
  void countsToolCallsAndEventsOfSeveralLines() throws Exception {
    AnswerReplay.Result result = AnswerReplay.whole(bytes("gateway/chat-crlf-tools.http"));

    assertThat(result.events()).isEqualTo(3);
    assertThat(result.output()).isEqualTo(9);
  }

  @Test
  void saysThatTheChunkedFramingBreaksAfterTheAnswerBegan() {
    String token = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    String chunk = Integer.toHexString(token.length()) + "\r\n" + token + "\r\n";

    AnswerReplay.Result result =
        AnswerReplay.whole((head + chunk + "zzz\r\n").getBytes(StandardCharsets.US_ASCII));

    assertThat(result.events()).isEqualTo(1);
    assertThat(result.outcome())
        .isEqualTo(
            new Outcome.Failure(
                ErrorClass.BAD_RESPONSE,
                "The answer breaks HTTP's chunked framing after it began: check the server and"
                    + " what is in between."));
  }

  @Test
  void flagsOneJsonDocument() throws Exception {
    AnswerReplay.Result result = AnswerReplay.whole(bytes("gateway/chat-plain-json.http"));

    assertThat(result.plainJson()).isTrue();
    assertThat(result.events()).isZero();
    assertThat(result.output()).isEqualTo(3);
  }

  @Test
  void flagsOneJsonDocumentOfACompletion() throws Exception {
    String json =
        "{\"object\":\"text_completion\",\"choices\":[{\"index\":0,\"text\":\" a b\","
            + "\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":4,"
            + "\"completion_tokens\":2,\"total_tokens\":6}}";
    String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
    String answer = head + json.length() + "\r\n\r\n" + json;

    AnswerReplay.Result result = AnswerReplay.whole(answer.getBytes(StandardCharsets.UTF_8));

    assertThat(result.plainJson()).isTrue();
    assertThat(result.events()).isZero();
    assertThat(result.output()).isEqualTo(2);
  }
}
