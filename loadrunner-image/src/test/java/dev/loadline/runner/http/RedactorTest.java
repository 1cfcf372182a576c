package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RedactorTest {
  private static final String KEY = "sk-0123456789abcdef";
  private final Redactor redactor = new Redactor(List.of("Bearer " + KEY, "blue"));

  private static RequestBody body(String prompt) {
    return new RequestEncoder(Api.CHAT, EngineProfile.OPENAI, "m", Optional.empty())
        .encode(prompt, 1);
  }

  private String clean(String text, String prompt) {
    return redactor.clean(text, body(prompt));
  }

  @Test
  void leavesOtherWordsAlone() {
    assertThat(clean("The model `x` does not exist.", "quartz lantern"))
        .isEqualTo("The model `x` does not exist.");
  }

  @Test
  void cutsThePromptWholeAndInPart() {
    assertThat(clean("bad: quartz lantern orbit! and lantern o", "quartz lantern orbit"))
        .isEqualTo("bad: […]! and[…]");
  }

  @Test
  void cutsAShortPrompt() {
    assertThat(clean("got 'hi you'", "hi you")).isEqualTo("got '[…]'");
  }

  @Test
  void cutsThePromptWithItsEscapesAndWithout() {
    String prompt = "say \"amber\"\nthen \\ quartz";

    assertThat(clean("raw " + prompt, prompt)).isEqualTo("raw […]");
    assertThat(clean("json say \\\"amber\\\"\\nthen \\\\ quartz", prompt)).isEqualTo("json […]");
  }

  @Test
  void cutsThePromptWrittenAsUnicodeEscapes() {
    String prompt = "海は広いな大きいな";
    StringBuilder escaped = new StringBuilder();
    prompt.chars().forEach(c -> escaped.append("\\u%04x".formatted(c)));

    assertThat(clean("got " + escaped, prompt)).isEqualTo("got […]");
  }

  @Test
  void cutsHeaderValuesAndTheirWords() {
    assertThat(clean("key " + KEY + " team blue, Bearer", "p")).isEqualTo("key[…] team […], […]");
    assertThat(clean("key sk-0123***cdef", "p")).isEqualTo("key[…]***cdef");
  }

  @Test
  void doesNotLookIntoThePromptAgainForTheSameWords() {
    RequestBody unreadable = new RequestBody(new byte[0], 8, 16);

    assertThat(clean("overloaded, not quartz lantern", "quartz lantern"))
        .isEqualTo(redactor.clean("overloaded, not quartz lantern", unreadable))
        .isEqualTo("overloaded, not […]");
  }

  @Test
  void looksIntoThePromptForWordsThatDifferOnlyBehindTheCut() {
    String said = "x".repeat(992) + "amber or";
    assertThat(clean(said, "amber orbit")).endsWith("[…]").hasSizeLessThan(1_000);
    assertThat(clean(said + "bit", "amber orbit")).endsWith("x").hasSizeLessThan(1_000);
  }

  @Test
  void makesOneLine() {
    assertThat(clean("a\r\n\tb\u0000\u2028c", "p")).isEqualTo("a b c");
  }

  @Test
  void showsNoPartOfARandomPromptThatIsQuotedAnywhere() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      StringBuilder words = new StringBuilder();
      for (int i = 0; i < 200; i++) {
        words.append("%05x ".formatted(random.nextInt(1 << 20)));
      }
      String prompt = words.toString();
      int from = random.nextInt(prompt.length() - 40);
      int to = from + 8 + random.nextInt(prompt.length() - from - 8);

      String cleaned = clean("QUOTE<" + prompt.substring(from, to) + ">", prompt);

      assertThat(cleaned.toLowerCase(Locale.ROOT)).as("seed %d", seed).startsWith("quote<[…]");
      assertThat(cleaned.replaceAll("[^0-9a-f]", "")).as("seed %d", seed).isEmpty();
    }
  }
}
