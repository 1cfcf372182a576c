package dev.loadline.runner.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Distribution.Fixed;
import dev.loadline.runner.contract.Distribution.Normal;
import dev.loadline.runner.contract.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyntheticConversationsTest {
  private static final Workload DRAWN =
      workload(new Normal(512, 128, 1, 1024), new Normal(256, 64, 16, 512), 0, 1);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8, 15, 16, 128, 8192})
  void aPromptHasAsManyWordsAsTokensAreWanted(int tokens) {
    Prompt prompt = take(fixed(tokens), "nonce", 1).getFirst();

    assertThat(Texts.words(prompt)).hasSize(tokens).isSubsetOf(Words.all());
    assertThat(prompt.inputTokens()).isEqualTo(tokens);
    assertThat(prompt.outputTokens()).isEqualTo(64);
    assertThat(prompt.reusableTokens()).isEqualTo(Math.min(8, (tokens + 1) / 2));
  }

  @Test
  void aPromptHasTheWordsThatTheTargetMakesItsTokensOf() {
    Calibration target =
        new Calibration(1.5, 10, OptionalDouble.of(4), 6, Calibration.Source.USAGE);
    PromptSource source = source(fixed(160), "nonce", "Chat", target);

    assertThat(Texts.words(source.share(0, 1).next().first())).hasSize(100);
    Workload shared = workload(new Fixed(164), new Fixed(64), 30, 2);
    Prompt prompt = source(shared, "nonce", "Chat", target).share(0, 1).next().first();
    assertThat(words(prompt, 0)).hasSize(20);
    assertThat(words(prompt, 1)).hasSize(80);
  }

  @Test
  void theSameSeedAsksForTheSameLengthsInEveryRun() {
    List<Prompt> one = take(DRAWN, "one", 200);

    assertThat(lengths(one)).isEqualTo(lengths(take(DRAWN, "other", 200)));
    assertThat(lengths(one)).isNotEqualTo(lengths(take(seeded(DRAWN, 4), "one", 200)));
    assertThat(one.stream().map(Prompt::inputTokens).distinct().count()).isGreaterThan(100);
  }

  @Test
  void promptsOfOneRunBeginAlikeAndGoOnDifferently() {
    List<Prompt> prompts = take(fixed(64), "a run", 100);

    assertThat(prompts.stream().map(one -> Texts.words(one).subList(0, 8)).distinct()).hasSize(1);
    assertThat(prompts.stream().map(one -> Texts.words(one).subList(8, 16)).distinct())
        .hasSize(100);
  }

  @Test
  void promptsOfDifferentRunsBeginDifferently() {
    List<List<String>> beginnings =
        IntStream.range(0, 1000)
            .mapToObj(run -> Texts.words(take(fixed(64), "run-" + run, 1).getFirst()).subList(0, 8))
            .toList();

    assertThat(beginnings).doesNotHaveDuplicates();
  }

  @Test
  void withoutIsolationARunRepeatsThePromptsOfTheOneBefore() {
    Workload workload = new Workload(fixed(64).content(), Optional.empty(), false, 7);

    assertThat(take(workload, "one", 50)).isEqualTo(take(workload, "other", 50));
    assertThat(take(workload, "one", 1).getFirst().reusableTokens()).isZero();
  }

  @Test
  void sharesDoNotSendTheSamePrompts() {
    PromptSource source = source(fixed(64), "nonce", "Chat", Calibration.NONE);
    List<Prompt> both =
        Stream.concat(
                take(source.share(0, 2), 100).stream(), take(source.share(1, 2), 100).stream())
            .toList();

    assertThat(both.stream().map(Texts::of)).doesNotHaveDuplicates();
  }

  @Test
  void groupsShareASystemMessageInAllSharesAndAllAreUsed() {
    Workload workload = workload(new Fixed(100), new Fixed(64), 40, 5);
    PromptSource source = source(workload, "nonce", "Chat", Calibration.NONE);
    List<Prompt> one = take(source.share(0, 2), 300);
    List<Prompt> other = take(source.share(1, 2), 300);

    List<List<String>> prefixes = one.stream().map(prompt -> words(prompt, 0)).distinct().toList();
    assertThat(prefixes).hasSize(5).allSatisfy(prefix -> assertThat(prefix).hasSize(40));
    assertThat(other.stream().map(prompt -> words(prompt, 0)).distinct())
        .containsExactlyInAnyOrderElementsOf(prefixes);
    assertThat(prefixes.stream().map(prefix -> prefix.subList(0, 8)).distinct()).hasSize(1);
    assertThat(one.stream().map(prompt -> words(prompt, 1)).distinct()).hasSize(300);
    assertThat(one)
        .allSatisfy(prompt -> {
          assertThat(prompt.messages())
              .extracting(Message::role)
              .containsExactly(Role.SYSTEM, Role.USER);
          assertThat(words(prompt, 1)).hasSize(60);
          assertThat(prompt.reusableTokens()).isEqualTo(40);
        });
    for (List<String> prefix : prefixes) {
      assertThat(one.stream().filter(prompt -> words(prompt, 0).equals(prefix)).count())
          .isBetween(30L, 90L);
    }
  }

  @Test
  void whereThereAreNoSystemMessagesThePrefixIsTheTextsBeginning() {
    Workload workload = workload(new Fixed(100), new Fixed(64), 40, 5);
    Calibration refuses =
        new Calibration(1, 0, OptionalDouble.empty(), 0, Calibration.Source.TOKENIZER);
    for (PromptSource source :
        List.of(
            source(workload, "nonce", "Completions", Calibration.NONE),
            source(workload, "nonce", "Chat", refuses))) {
      List<Prompt> prompts = take(source.share(0, 1), 100);

      assertThat(prompts)
          .allSatisfy(prompt -> {
            assertThat(prompt.messages()).hasSize(1);
            assertThat(Texts.words(prompt)).hasSize(100).isSubsetOf(Words.all());
          });
      assertThat(prompts.stream().map(prompt -> Texts.words(prompt).subList(0, 40)).distinct())
          .hasSize(5);
    }
  }

  @Test
  void aPromptIsDrawnUpToItsPrefixAndAWord() {
    Workload workload = workload(new Distribution.Uniform(1, 100), new Fixed(64), 40, 1);

    List<Prompt> prompts = take(workload, "nonce", 300);

    assertThat(prompts).extracting(Prompt::inputTokens).allMatch(tokens -> tokens >= 41);
    assertThat(prompts).extracting(Prompt::inputTokens).contains(41);
    assertThat(prompts)
        .allSatisfy(one -> assertThat(words(one, 1)).hasSize(one.inputTokens() - 40));
  }

  @Test
  void aConversationCarriesWhatWasSaid() {
    PromptSource source =
        source(turns(new Fixed(3), Optional.of(new Fixed(20))), "n", "Chat", Calibration.NONE);
    Conversation conversation = source.share(0, 1).next();
    Prompt first = conversation.first();
    Prompt second =
        conversation
            .next(new Answer("say \"it\"", OptionalInt.of(70), OptionalInt.of(9)))
            .orElseThrow();
    Prompt third =
        conversation.next(new Answer("more", OptionalInt.empty(), OptionalInt.of(5))).orElseThrow();

    assertThat(third.messages().subList(0, 3)).isEqualTo(second.messages());
    assertThat(second.messages().getFirst()).isEqualTo(first.messages().getFirst());
    assertThat(third.messages())
        .extracting(Message::role)
        .containsExactly(Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT, Role.USER);
    assertThat(Texts.of(second.messages().get(1).text())).isEqualTo("say \\\"it\\\"");
    assertThat(words(second, 2)).hasSize(20);
    assertThat(second.inputTokens()).isEqualTo(70 + 9 + 20);
    assertThat(second.reusableTokens()).isEqualTo(79);
    assertThat(third.inputTokens()).isEqualTo(99 + 5 + 20);
    assertThat(conversation.next(new Answer("end", OptionalInt.empty(), OptionalInt.of(1))))
        .isEmpty();
  }

  @Test
  void afterAnAnswerOfUnknownLengthNoLengthIsWanted() {
    PromptSource source =
        source(turns(new Fixed(4), Optional.of(new Fixed(20))), "n", "Chat", Calibration.NONE);
    Conversation conversation = source.share(0, 1).next();
    conversation.first();
    Answer reasoned = new Answer("ten bytes.", OptionalInt.of(70), OptionalInt.empty());
    Prompt second = conversation.next(reasoned).orElseThrow();
    Answer silent = new Answer("ten bytes.", OptionalInt.empty(), OptionalInt.of(3));
    Prompt third = conversation.next(silent).orElseThrow();
    Answer plain = new Answer("ten bytes.", OptionalInt.of(120), OptionalInt.of(3));

    assertThat(second.inputTokens()).isZero();
    assertThat(second.reusableTokens()).isEqualTo(70 + 4);
    assertThat(third.inputTokens()).isZero();
    assertThat(conversation.next(plain).orElseThrow().inputTokens()).isEqualTo(120 + 3 + 20);
  }

  @Test
  void aPromptWantsNoLessThanItCanHave() {
    Calibration target = new Calibration(1, 30, OptionalDouble.of(4), 6, Calibration.Source.USAGE);
    PromptSource alone = source(fixed(16), "nonce", "Chat", target);
    PromptSource shared =
        source(workload(new Fixed(129), new Fixed(64), 128, 1), "nonce", "Chat", target);
    PromptSource turned =
        source(turns(new Fixed(2), Optional.of(new Fixed(2))), "nonce", "Chat", target);
    Conversation conversation = turned.share(0, 1).next();
    conversation.first();
    Answer answer = new Answer("yes", OptionalInt.of(64), OptionalInt.of(1));

    assertThat(alone.share(0, 1).next().first().inputTokens()).isEqualTo(31);
    assertThat(shared.share(0, 1).next().first().inputTokens()).isEqualTo(163);
    assertThat(conversation.next(answer).orElseThrow().inputTokens()).isEqualTo(64 + 1 + 7);
    assertThat(alone.warning())
        .contains(
            "inputTokens asks for prompts of 16 tokens, and each has at least 31: 31 for the chat"
                + " template and a word; shorter ones are made that long.");
    assertThat(shared.warning())
        .contains(
            "inputTokens asks for prompts of 129 tokens, and each has at least 163: 128 for the"
                + " shared prefix, 35 for the chat template and a word; shorter ones are made that"
                + " long.");
    assertThat(turned.warning()).isEmpty();
  }

  @Test
  void laterTurnsAreAsLongAsTheFirstUnlessSaidOtherwise() {
    PromptSource source =
        source(turns(new Fixed(2), Optional.empty()), "n", "Completions", Calibration.NONE);
    Conversation conversation = source.share(0, 1).next();
    conversation.first();
    Prompt second =
        conversation.next(new Answer(" yes", OptionalInt.of(64), OptionalInt.of(1))).orElseThrow();

    assertThat(second.inputTokens()).isEqualTo(64 + 1 + 64);
    assertThat(Texts.words(second)).hasSize(129);
  }

  /** How fast the answers of one come must not change what another says. */
  @Test
  void conversationsAreTheSameInWhateverOrderTheyGoOn() {
    Workload workload = turns(new Distribution.Uniform(1, 6), Optional.of(new Fixed(20)));
    Conversations one = source(workload, "n", "Chat", Calibration.NONE).share(0, 1);
    Conversations other = source(workload, "n", "Chat", Calibration.NONE).share(0, 1);
    List<Conversation> ahead = Stream.generate(other::next).limit(20).toList();
    ahead.forEach(Conversation::first);

    for (Conversation later : ahead) {
      Conversation now = one.next();
      now.first();
      for (Optional<Prompt> next = turn(now); next.isPresent(); next = turn(now)) {
        assertThat(turn(later)).isEqualTo(next);
      }
      assertThat(turn(later)).isEmpty();
    }
  }

  @Test
  void wordsAreManyAndDifferent() {
    assertThat(Words.all()).hasSizeGreaterThan(400).doesNotHaveDuplicates();
    assertThat(Words.all()).allMatch(word -> word.matches("[a-z]{2,11}"));
  }

  @Test
  void everyWordIsUsedAboutEquallyOften() {
    List<String> words = Texts.words(take(fixed(448_008), "n", 1).getFirst());
    Map<String, Long> counts =
        words.stream().collect(Collectors.groupingBy(word -> word, Collectors.counting()));

    assertThat(counts).hasSize(448);
    assertThat(counts.values()).allMatch(count -> count > 850 && count < 1150);
  }

  private static Optional<Prompt> turn(Conversation conversation) {
    return conversation.next(new Answer("yes", OptionalInt.of(50), OptionalInt.of(1)));
  }

  private static Workload fixed(int tokens) {
    return workload(new Fixed(tokens), new Fixed(64), 0, 1);
  }

  private static Workload workload(
      Distribution input, Distribution output, int prefix, int groups) {
    return new Workload(
        new Workload.Content.Synthetic(input, output, prefix, groups), Optional.empty(), true, 7);
  }

  private static Workload seeded(Workload workload, long seed) {
    return new Workload(workload.content(), workload.turns(), workload.isolated(), seed);
  }

  private static Workload turns(Distribution count, Optional<Distribution> input) {
    return new Workload(
        fixed(64).content(), Optional.of(new Workload.Turns(count, input, new Fixed(0))), true, 7);
  }

  private static PromptSource source(
      Workload workload, String nonce, String api, Calibration calibration) {
    return new PromptSource(Plans.of(workload, nonce, api), calibration, Path.of(""));
  }

  private static List<Prompt> take(Workload workload, String nonce, int count) {
    return take(source(workload, nonce, "Chat", Calibration.NONE).share(0, 1), count);
  }

  private static List<Prompt> take(Conversations conversations, int count) {
    return Stream.generate(() -> conversations.next().first()).limit(count).toList();
  }

  private static List<String> words(Prompt prompt, int message) {
    return List.of(Texts.of(prompt.messages().get(message).text()).split(" ", -1));
  }

  private static List<List<Integer>> lengths(List<Prompt> prompts) {
    return prompts.stream()
        .map(prompt -> List.of(prompt.inputTokens(), prompt.outputTokens()))
        .toList();
  }
}
