package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.prompt.Message;
import dev.loadline.runner.prompt.Role;
import dev.loadline.runner.prompt.Text;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
  private static final String KEY = "sk-0123456789abcdef";
  private final Redactor redactor = redactor("Bearer " + KEY, "blue");

  private static Redactor redactor(String... headerValues) {
    return new Redactor(new Secrets(List.of(headerValues)));
  }

  private static RequestBody body(String prompt) {
    return new RequestEncoder(Api.CHAT, EngineProfile.OPENAI, "m", Optional.empty())
        .encode(List.of(Message.user(prompt)), 1);
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
    assertThat(clean("key " + KEY + " team blue, Bearer", "p"))
        .isEqualTo("key […] team […], Bearer");
    assertThat(clean("key sk-0123***cdef", "p")).isEqualTo("key […]***cdef");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c2stMDEyMzQ1Njc4OWFiY2RlZg==",
        "c2stMDEyMzQ1Njc4OWFiY2RlZg",
        "c2stMDEyMzQ1Njc4OWFiY2RlZg%3D%3D",
        "%73k%2D0123456789abcdef",
        "SK-0123456789ABCDEF",
        "\\u0073k-0123456789abcdef"
      })
  void cutsTheKeyInAnyWriting(String written) {
    assertThat(clean("key " + written + " is bad", "p")).isEqualTo("key […] is bad");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?/+\"\\>>>???~ key", "käse/über+\"", "abcd", "a\"b/c"})
  void cutsAKeyOfAnyCharactersInAnyWriting(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    String percent = URLEncoder.encode(key, StandardCharsets.UTF_8);
    for (String written :
        List.of(
            key,
            key.replace("\\", "\\\\").replace("\"", "\\\"").replace("/", "\\/"),
            percent.replace("+", "%20"),
            percent.toLowerCase(Locale.ROOT),
            Base64.getEncoder().encodeToString(bytes),
            Base64.getEncoder().withoutPadding().encodeToString(bytes),
            Base64.getUrlEncoder().encodeToString(bytes),
            Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))) {
      String cleaned = redactor("Bearer " + key).clean("<" + written + ">", body("p"));

      assertThat(cleaned).as(written).startsWith("<[…]").endsWith(">").hasSizeLessThan(14);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "user:", "a"})
  void leavesOfAKeyWithinBase64AtMostACharacterAtEitherSide(String before) {
    byte[] bytes = (before + KEY + "!").getBytes(StandardCharsets.UTF_8);
    String own = Base64.getEncoder().encodeToString(before.getBytes(StandardCharsets.UTF_8));

    String cleaned = clean(Base64.getEncoder().encodeToString(bytes), "p");

    assertThat(cleaned).contains("[…]").hasSizeLessThanOrEqualTo(own.length() + 3 + 4);
  }

  @Test
  void cutsUserAndPasswordOfBasicAuthentication() {
    Redactor basic = redactor("Basic " + base64("ann:open sesame"));

    assertThat(basic.clean("ann:open sesame", body("quartz"))).isEqualTo("[…]");
    assertThat(basic.clean("pw 'open sesame', " + base64("ann:open sesame"), body("quartz")))
        .isEqualTo("pw '[…]', […]");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void leavesAKeyOfFewerThanFourCharactersWithinOtherWords() {
    assertThat(redactor("Bearer abc").clean("abc in alphabet soup", body("quartz")))
        .isEqualTo("abc in alphabet soup");
    assertThat(redactor("Bearer abcd").clean("'abcd'", body("quartz"))).isEqualTo("'[…]'");
  }

  @Test
  void doesNotLookIntoThePromptAgainForTheSameWords() {
    RequestBody unreadable = new RequestBody(new byte[0], new int[] {8, 16});

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
  void cutsEachMessageOfAConversation() {
    RequestBody body =
        new RequestEncoder(Api.CHAT, EngineProfile.OPENAI, "m", Optional.empty())
            .encode(
                List.of(
                    new Message(Role.SYSTEM, Text.of("quartz \"lantern\" orbit")),
                    Message.user("amber meadow"),
                    new Message(Role.ASSISTANT, Text.of("violet\nharbour"))),
                1);

    assertThat(
            redactor.clean(
                "[quartz \"lantern\" orbit] [amber meadow] [violet\nharbour] [role]", body))
        .isEqualTo("[[…]] [[…]] [[…]] [role]");
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
