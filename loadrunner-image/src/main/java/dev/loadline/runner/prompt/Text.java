package dev.loadline.runner.prompt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A text in the form in which it stands between quotes in JSON: escaped, in UTF-8. So it is escaped
 * once, however many requests carry it. Immutable; its content is never shown.
 */
public final class Text {
  private static final JsonFactory JSON = new JsonFactory();

  private final byte[] json;

  private Text(byte[] json) {
    this.json = json;
  }

  /** A text; half of a surrogate pair becomes a question mark. */
  public static Text of(String text) {
    return new Text(JsonStringEncoder.getInstance().quoteAsUTF8(whole(text)));
  }

  private static String whole(String text) {
    return text.chars().anyMatch(c -> Character.isSurrogate((char) c))
        ? new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
        : text;
  }

  /** A part of an array of ASCII letters and spaces. */
  static Text ofPlain(byte[] ascii, int from, int to) {
    return new Text(Arrays.copyOfRange(ascii, from, to));
  }

  /** This text and the other right behind it. */
  Text followedBy(Text other) {
    byte[] both = Arrays.copyOf(json, json.length + other.json.length);
    other.copyTo(both, json.length);
    return new Text(both);
  }

  /** The text itself, for a request and for nothing that is shown. */
  public String plain() {
    try (JsonParser parser =
        JSON.createParser('"' + new String(json, StandardCharsets.UTF_8) + '"')) {
      return Objects.requireNonNull(parser.nextTextValue());
    } catch (IOException e) {
      throw new IllegalStateException("a text is not escaped", e);
    }
  }

  /** Rather too many tokens of so many bytes: in nearly all languages a token is three or more. */
  static int mostTokens(int bytes) {
    return Math.ceilDiv(bytes, 3);
  }

  /** Whether nothing is in it but spaces, tabs and ends of lines. */
  boolean isBlank() {
    int at = 0;
    while (at < json.length && (json[at] == ' ' || isEscapedSpace(at))) {
      at += json[at] == ' ' ? 1 : 2;
    }
    return at == json.length;
  }

  private boolean isEscapedSpace(int at) {
    return json[at] == '\\' && "tnrf".indexOf(json[at + 1]) >= 0;
  }

  /** Its length in bytes, as JSON. */
  public int length() {
    return json.length;
  }

  /** One of its bytes, as JSON. */
  byte at(int index) {
    return json[index];
  }

  /**
   * Copies it to a place in an array.
   *
   * @return the place behind it
   */
  public int copyTo(byte[] target, int at) {
    System.arraycopy(json, 0, target, at, json.length);
    return at + json.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Text text && Arrays.equals(json, text.json);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(json);
  }

  /** Its length alone. */
  @Override
  public String toString() {
    return json.length + " bytes";
  }
}
