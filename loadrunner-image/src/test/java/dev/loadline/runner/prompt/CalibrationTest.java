package dev.loadline.runner.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.loadline.runner.contract.Distribution.Fixed;
import dev.loadline.runner.contract.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
  /**
   * A target whose tokenizer cuts words into pieces of some letters and whose template has tokens
   * for the prompt and for each message; what is longer than its context it does not count.
   *
   * @param ofDefault tokens of what it says itself where no system message does
   */
  private record Target(
      int letters, int perPrompt, int perMessage, int context, boolean systems, int ofDefault)
      implements TokenCounter {
    Target(int letters, int perPrompt, int perMessage, int context, boolean systems) {
      this(letters, perPrompt, perMessage, context, systems, 0);
    }

    @Override
    public OptionalInt count(List<Message> messages) {
      boolean said = messages.getFirst().role() == Role.SYSTEM;
      int tokens = perPrompt + (said || ofDefault == 0 ? 0 : perMessage + ofDefault);
      for (Message message : messages) {
        tokens += perMessage + pieces(message);
        if (message.role() == Role.SYSTEM && !systems) {
          return OptionalInt.empty();
        }
      }
      return tokens > context ? OptionalInt.empty() : OptionalInt.of(tokens);
    }

    private int pieces(Message message) {
      return Stream.of(message.text().plain().split(" ", -1))
          .mapToInt(word -> Math.ceilDiv(word.length(), letters))
          .sum();
    }

    @Override
    public Calibration.Source source() {
      return Calibration.Source.USAGE;
    }
  }

  private static long atOnce() {
    return 0;
  }

  @ParameterizedTest
  @CsvSource({"100, 0, 0", "100, 3, 8", "4, 3, 8", "3, 1, 30", "1, 5, 5"})
  void promptsAreAsLongAsAskedWhateverTheTokenizer(int letters, int perPrompt, int perMessage)
      throws Exception {
    Target target = new Target(letters, perPrompt, perMessage, 100_000, true);
    Calibration calibration =
        Calibration.measure(target, workload(1, 0), true, "nonce", CalibrationTest::atOnce);

    assertThat(calibration.source()).isEqualTo(Calibration.Source.USAGE);
    // The words of the nonce are the same in all prompts: theirs are not the mean tokens of a word.
    int ofNonce = letters == 100 ? 0 : 5;
    for (int asked : new int[] {64, 256, 1024, 8192}) {
      assertThat(mean(target, calibration, workload(asked, 0)))
          .isCloseTo(asked, within(0.005 * asked + ofNonce));
    }
  }

  @ParameterizedTest
  @CsvSource({"100", "4", "3"})
  void promptsWithASystemMessageAreAsLongAsAsked(int letters) throws Exception {
    Target target = new Target(letters, 3, 8, 100_000, true);
    Workload workload = workload(1024, 300);
    Calibration calibration =
        Calibration.measure(target, workload, true, "nonce", CalibrationTest::atOnce);

    assertThat(mean(target, calibration, workload)).isCloseTo(1024, within(12.0));
  }

  /** The system message takes the default one's place: it makes a prompt shorter. */
  @ParameterizedTest
  @CsvSource({"100, 16", "4, 16", "3, 60"})
  void promptsWithASharedPrefixAreAsLongAsAskedInPlaceOfADefaultSystemMessage(
      int letters, int ofDefault) throws Exception {
    Target target = new Target(letters, 3, 8, 100_000, true, ofDefault);
    Workload workload = workload(256, 100);
    Calibration calibration =
        Calibration.measure(target, workload, true, "nonce", CalibrationTest::atOnce);

    assertThat(calibration.system().orElseThrow()).isCloseTo(-ofDefault, within(1.0));
    assertThat(mean(target, calibration, workload)).isCloseTo(256, within(7.0));
    assertThat(mean(target, calibration, workload(256, 0))).isCloseTo(256, within(7.0));
  }

  @Test
  void aTargetWithoutSystemMessagesGetsThePrefixFromTheUser() throws Exception {
    Target target = new Target(4, 3, 8, 100_000, false);
    Workload workload = workload(1024, 300);
    Calibration calibration =
        Calibration.measure(target, workload, true, "nonce", CalibrationTest::atOnce);

    assertThat(calibration.system()).isEmpty();
    assertThat(mean(target, calibration, workload)).isCloseTo(1024, within(12.0));
  }

  @Test
  void laterTurnsAreAsLongAsAsked() throws Exception {
    Target target = new Target(4, 3, 8, 100_000, true);
    Workload workload =
        new Workload(
            workload(256, 0).content(),
            Optional.of(
                new Workload.Turns(new Fixed(4), Optional.of(new Fixed(100)), new Fixed(0))),
            true,
            3);
    Calibration calibration =
        Calibration.measure(target, workload, true, "nonce", CalibrationTest::atOnce);
    List<Double> errors = new ArrayList<>();
    Conversations conversations = source(calibration, workload).share(0, 1);
    for (int i = 0; i < 50; i++) {
      Conversation conversation = conversations.next();
      OptionalInt counted = target.count(conversation.first().messages());
      for (int turn = 1; turn < 4; turn++) {
        Prompt next =
            conversation
                .next(new Answer("four word long text", counted, OptionalInt.of(5)))
                .orElseThrow();
        counted = target.count(next.messages());
        errors.add((double) counted.getAsInt() - next.inputTokens());
      }
    }
    assertThat(errors.stream().mapToDouble(error -> error).average().orElseThrow())
        .isCloseTo(0, within(1.0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 9, 12, 16})
  void aPromptThatIsShorterThanItsTemplateHasOneWord(int asked) throws Exception {
    Target target = new Target(100, 2, 8, 100_000, true);
    Calibration calibration =
        Calibration.measure(target, workload(1, 0), true, "nonce", CalibrationTest::atOnce);

    assertThat(mean(target, calibration, workload(asked, 0))).isEqualTo(Math.max(11, asked));
    assertThat(source(calibration, workload(asked, 0)).share(0, 1).next().first().inputTokens())
        .isEqualTo(Math.max(11, asked));
  }

  @Test
  void aSmallContextIsEnough() throws Exception {
    Target target = new Target(4, 3, 8, 512, true);
    Calibration calibration =
        Calibration.measure(target, workload(1, 0), true, "nonce", CalibrationTest::atOnce);

    assertThat(mean(target, calibration, workload(256, 0))).isCloseTo(256, within(13.0));
  }

  /** Its time is that of a CPU: 3 ms for each token. */
  @Test
  void aSlowTargetCountsOneLongPromptOnly() throws Exception {
    Target target = new Target(4, 3, 8, 100_000, true);
    AtomicLong nanos = new AtomicLong();
    List<Integer> counted = new ArrayList<>();
    TokenCounter slow =
        new TokenCounter() {
          @Override
          public OptionalInt count(List<Message> messages) {
            OptionalInt tokens = target.count(messages);
            counted.add(tokens.orElseThrow());
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(3L * tokens.orElseThrow()));
            return tokens;
          }

          @Override
          public Calibration.Source source() {
            return Calibration.Source.USAGE;
          }
        };
    Workload workload = workload(1024, 300);
    Calibration calibration = Calibration.measure(slow, workload, true, "nonce", nanos::get);

    assertThat(counted).hasSize(3);
    assertThat(counted.subList(1, 3)).allMatch(tokens -> tokens < counted.getFirst() / 6);
    assertThat(mean(target, calibration, workload)).isCloseTo(1024, within(12.0));
  }

  @Test
  void aTargetThatDoesNotCountIsNotCalibratedTo() throws Exception {
    Target silent = new Target(4, 3, 8, 0, true);

    assertThat(Calibration.measure(silent, workload(1, 0), true, "n", CalibrationTest::atOnce))
        .isEqualTo(Calibration.NONE);
  }

  @Test
  void aTargetThatCountsTheSameForEveryPromptIsNotBelieved() throws Exception {
    TokenCounter constant =
        new TokenCounter() {
          @Override
          public OptionalInt count(List<Message> messages) {
            return OptionalInt.of(7);
          }

          @Override
          public Calibration.Source source() {
            return Calibration.Source.USAGE;
          }
        };

    assertThat(Calibration.measure(constant, workload(1, 0), true, "n", CalibrationTest::atOnce))
        .isEqualTo(Calibration.NONE);
  }

  private static double mean(Target target, Calibration calibration, Workload workload) {
    Conversations conversations = source(calibration, workload).share(0, 1);
    return Stream.generate(() -> conversations.next().first())
        .limit(100)
        .mapToInt(prompt -> target.count(prompt.messages()).orElseThrow())
        .average()
        .orElseThrow();
  }

  private static PromptSource source(Calibration calibration, Workload workload) {
    return new PromptSource(Plans.of(workload, "nonce", "Chat"), calibration, Path.of(""));
  }

  private static Workload workload(int input, int prefix) {
    return new Workload(
        new Workload.Content.Synthetic(new Fixed(input), new Fixed(1), prefix, 3),
        Optional.empty(),
        true,
        3);
  }
}
