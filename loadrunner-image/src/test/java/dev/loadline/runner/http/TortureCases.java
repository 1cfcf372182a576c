package dev.loadline.runner.http;

import dev.loadline.runner.measure.ErrorClass;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Written streams and mutated answers, each held against what must come of it. One reader reads
 * them all, one after the other, so that nothing of an answer may leak into the next.
 */
final class TortureCases {
  private static final long MEMORY = 64L << 20;

  private final AnswerBudget budget = new AnswerBudget(MEMORY);
  private final AnswerReplay reader = new AnswerReplay(AnswerReplay.tools(budget));
  private final List<byte[]> answers;
  private long bytes;

  /** Cases that mutate these answers. */
  TortureCases(List<byte[]> answers) {
    this.answers = answers;
  }

  /** Bytes of HTTP that were read so far. */
  long bytes() {
    return bytes;
  }

  /** The written stream of this seed; says what is wrong with the reading of it, if anything is. */
  Optional<String> written(long seed) {
    StreamGrammar.Written stream = StreamGrammar.write(seed);
    Expectation oracle = StreamOracle.read(stream.body(), stream.properly());
    if (!oracle.equals(stream.expected())) {
      return Optional.of(
          "the oracle reads what was not written:\n%s\n%s".formatted(stream.expected(), oracle));
    }
    Random random = new Random(~seed);
    HttpFraming framed = new HttpFraming(stream.body(), stream.properly(), random);
    int[] cuts = HttpFraming.cuts(framed.bytes(), random);
    Optional<String> fault = differs(reader, oracle, framed, cuts);
    return fault.isEmpty()
        ? fault
        : Optional.of(fault.get() + "\n" + shrunk(stream, Arrays.toString(cuts)));
  }

  /** The same with little memory: read as it was meant, or refused, and all given back. */
  Optional<String> scarce(long seed) {
    StreamGrammar.Written stream = StreamGrammar.write(seed);
    Random random = new Random(~seed);
    long memory = random.nextInt(40_000);
    AnswerBudget little = new AnswerBudget(memory);
    AnswerReplay reading = new AnswerReplay(AnswerReplay.tools(little));
    byte[] http = new HttpFraming(stream.body(), stream.properly(), random).bytes();
    int[] cuts = HttpFraming.cuts(http, random);
    bytes += http.length;
    Expectation read = Expectation.of(reading.read(http, cuts));
    Expectation meant = stream.expected().withoutEnds();
    boolean refused = read.failure().equals(Optional.of(ErrorClass.BAD_RESPONSE));
    if (!refused && !read.equals(meant)) {
      return Optional.of("with %d bytes:\nexpected %s\nread     %s".formatted(memory, meant, read));
    }
    return little.left() == memory ? Optional.empty() : Optional.of("memory is left taken");
  }

  private Optional<String> differs(
      AnswerReplay with, Expectation oracle, HttpFraming framed, int... cuts) {
    bytes += framed.bytes().length;
    Expectation read = Expectation.of(with.read(framed.bytes(), cuts));
    if (!read.equals(oracle.withoutEnds())) {
      return Optional.of("expected %s\nread     %s".formatted(oracle.withoutEnds(), read));
    }
    List<Integer> reads = with.readsOfTokens();
    for (int i = 0; i < reads.size(); i++) {
      int end = oracle.ends().get(i);
      int expected = end < 0 ? cuts.length : readOf(framed.position(end), cuts);
      if (end >= 0 && reads.get(i) != expected) {
        return Optional.of(
            "token event %d came with read %d of %s, expected with %d"
                .formatted(i, reads.get(i), Arrays.toString(cuts), expected));
      }
    }
    return budget.left() == MEMORY
        ? Optional.empty()
        : Optional.of(
            "the answer has ended and still takes " + (MEMORY - budget.left()) + " bytes");
  }

  private static int readOf(int position, int... cuts) {
    return (int) Arrays.stream(cuts).filter(cut -> cut <= position).count();
  }

  /** The smallest body that a fresh reader reads wrongly in the same way, whole or in bytes. */
  private String shrunk(StreamGrammar.Written stream, String cuts) {
    byte[] body = stream.body();
    Optional<String> fault = misread(body, stream.properly());
    if (fault.isEmpty()) {
      return "only cut at " + cuts + " or after the case before: " + quoted(body);
    }
    for (int length = Integer.highestOneBit(body.length); length > 0; length /= 2) {
      for (int at = 0; at + length <= body.length; ) {
        byte[] smaller = without(body, at, length);
        if (misread(smaller, stream.properly()).equals(fault)) {
          body = smaller;
        } else {
          at += length;
        }
      }
    }
    return "shrunk to " + quoted(body) + (stream.properly() ? "" : " and a break");
  }

  /** In which way it is misread, if it is. */
  private Optional<String> misread(byte[] body, boolean properly) {
    Expectation oracle = StreamOracle.read(body, properly);
    HttpFraming framed = new HttpFraming(body, properly, new Random(1));
    int[] everywhere = IntStream.range(1, framed.bytes().length).toArray();
    for (int[] cuts : List.of(new int[0], everywhere)) {
      AnswerReplay reading = new AnswerReplay(AnswerReplay.tools(budget));
      if (differs(reading, oracle, framed, cuts).isPresent()) {
        String read = Expectation.of(reading.read(framed.bytes(), cuts)).failure().toString();
        return Optional.of(oracle.failure() + " " + read);
      }
    }
    return Optional.empty();
  }

  private static byte[] without(byte[] body, int at, int length) {
    byte[] smaller = Arrays.copyOf(body, body.length - length);
    System.arraycopy(body, at + length, smaller, at, smaller.length - at);
    return smaller;
  }

  /**
   * A mutated answer: it must end in the same way and with the same counts however it is cut, and
   * leave no memory taken.
   */
  Optional<String> mutated(long seed) {
    Random random = new Random(seed);
    List<byte[]> pool = new ArrayList<>(answers);
    if (random.nextInt(3) == 0) {
      StreamGrammar.Written stream = StreamGrammar.write(seed);
      pool = List.of(new HttpFraming(stream.body(), stream.properly(), random).bytes());
    }
    return endsInOneWay(
        AnswerMutation.mutate(pool.get(random.nextInt(pool.size())), random), random);
  }

  /** An answer of pieces of answers in any order, in any framing: the same must hold. */
  Optional<String> pieces(long seed) {
    Random random = new Random(seed);
    byte[] body = AnswerMutation.pieces(random).getBytes(StandardCharsets.ISO_8859_1);
    return endsInOneWay(new HttpFraming(body, random.nextBoolean(), random).bytes(), random);
  }

  private Optional<String> endsInOneWay(byte[] http, Random random) {
    int[] cuts = http.length < 2 ? new int[0] : HttpFraming.cuts(http, random);
    bytes += 2L * http.length;
    AnswerReplay.Result whole = reader.read(http);
    AnswerReplay.Result cut = reader.read(http, cuts);
    if (!whole.equals(cut)) {
      return Optional.of(
          "whole %s\ncut   %s\nat %s: %s"
              .formatted(whole, cut, Arrays.toString(cuts), quoted(http)));
    }
    return budget.left() == MEMORY ? Optional.empty() : Optional.of("memory is left taken");
  }

  private static String quoted(byte[] bytes) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < Math.min(bytes.length, 3_000); i++) {
      int c = bytes[i] & 0xff;
      text.append(
          switch (c) {
            case '\r' -> "\\r";
            case '\n' -> "\\n";
            case '"' -> "\\\"";
            default -> c < 32 || c > 126 ? "\\x%02x".formatted(c) : Character.toString(c);
          });
    }
    return text.append('"').toString();
  }
}
