package dev.loadline.runner.http;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text of which parts are to be hidden: what stands in it as it is, and what stands in it as JSON
 * or a URL writes it. The case of ASCII letters makes no difference. Each run of hidden characters
 * becomes {@code […]}.
 */
final class Redaction {
  private static final int FILTER_BITS = 13;
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Z}]+");
  private static final Pattern ESCAPE =
      Pattern.compile("%([2-9a-fA-F][0-9a-fA-F])|\\\\([\"\\\\/bfnrt])");
  private static final String CONTROL_NAMES = "bfnrt";
  private static final String CONTROLS = "\b\f\n\r\t";

  private final String text;
  private final boolean[] hidden;
  private final List<View> views;

  /** The text in another writing, in lower case. */
  private static final class View {
    final String line;

    /** Where each of its characters begins in the text, and the text's length. */
    final int[] origins;

    View(String line, int[] origins) {
      this.line = lowerCase(line);
      this.origins = origins;
    }
  }

  Redaction(String text) {
    this.text = text;
    hidden = new boolean[text.length()];
    int[] same = new int[text.length() + 1];
    Arrays.setAll(same, at -> at);
    View plain = new View(text, same);
    Matcher escape = ESCAPE.matcher(text);
    views = escape.find() ? List.of(plain, unescaped(escape)) : List.of(plain);
  }

  /** The text with each escape undone, from the first one on, which was found. */
  private View unescaped(Matcher escape) {
    StringBuilder line = new StringBuilder(text.length());
    int[] origins = new int[text.length() + 1];
    int at = 0;
    boolean more = true;
    while (at < text.length()) {
      origins[line.length()] = at;
      if (more && at == escape.start()) {
        line.append(meant(escape));
        at = escape.end();
        more = escape.find();
      } else {
        line.append(text.charAt(at));
        at++;
      }
    }
    origins[line.length()] = at;
    return new View(line.toString(), origins);
  }

  /** One byte of a URL's is one character: UTF-8 as ISO 8859-1. */
  private static char meant(Matcher escape) {
    if (escape.group(1) != null) {
      return (char) Integer.parseInt(escape.group(1), 16);
    }
    char name = escape.group(2).charAt(0);
    int control = CONTROL_NAMES.indexOf(name);
    return control < 0 ? name : CONTROLS.charAt(control);
  }

  /** The text with A to Z as a to z, which keeps its length. */
  static String lowerCase(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    text.chars()
        .map(c -> c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c)
        .forEach(c -> lower.append((char) c));
    return lower.toString();
  }

  /** Hides every part that is one of these, all of that length and in lower case. */
  void hideEach(Set<String> parts, int length) {
    for (View view : views) {
      for (int at = 0; at + length <= view.line.length(); at++) {
        if (parts.contains(view.line.substring(at, at + length))) {
          hide(view, at, length);
        }
      }
    }
  }

  /**
   * Hides every part that is a part of these words and at least that long. Linear in both: a filter
   * of the text's parts by rolling hash sorts out nearly all parts of the words.
   */
  void hideParts(String words, int shortest) {
    int length = Math.min(shortest, words.length());
    for (View view : views) {
      if (length > 0 && view.line.length() >= length) {
        hideParts(view, lowerCase(words), length);
      }
    }
  }

  private void hideParts(View view, String words, int length) {
    boolean[] filter = new boolean[1 << FILTER_BITS];
    RollingHash ofLine = new RollingHash(view.line, length);
    do {
      filter[ofLine.slot()] = true;
    } while (ofLine.next());
    RollingHash ofWords = new RollingHash(words, length);
    do {
      if (filter[ofWords.slot()]) {
        hideAll(view, words.substring(ofWords.from(), ofWords.from() + length));
      }
    } while (ofWords.next());
  }

  private void hideAll(View view, String part) {
    int at = view.line.indexOf(part);
    while (at >= 0) {
      hide(view, at, part.length());
      at = view.line.indexOf(part, at + 1);
    }
  }

  private void hide(View view, int at, int length) {
    Arrays.fill(hidden, view.origins[at], view.origins[at + length], true);
  }

  /** All of it as one line, without what is hidden. */
  String shown() {
    return shown(text.length());
  }

  /** Its first characters as one line, without what is hidden. */
  String shown(int length) {
    StringBuilder line = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      if (!hidden[i]) {
        line.append(text.charAt(i));
      } else if (i == 0 || !hidden[i - 1]) {
        line.append("[…]");
      }
    }
    return UNPRINTABLE.matcher(line).replaceAll(" ").strip();
  }

  /** Hash of a window that moves over a text, one character at a time. */
  private static final class RollingHash {
    private final String text;
    private final int length;
    private final int weightOfFirst;
    private int from;
    private int hash;

    RollingHash(String text, int length) {
      this.text = text;
      this.length = length;
      int weight = 1;
      for (int i = 0; i < length; i++) {
        hash = 31 * hash + text.charAt(i);
        weight = i == 0 ? 1 : 31 * weight;
      }
      weightOfFirst = weight;
    }

    boolean next() {
      if (from + length >= text.length()) {
        return false;
      }
      hash = 31 * (hash - weightOfFirst * text.charAt(from)) + text.charAt(from + length);
      from++;
      return true;
    }

    int from() {
      return from;
    }

    int slot() {
      return (hash ^ (hash >>> FILTER_BITS)) & ((1 << FILTER_BITS) - 1);
    }
  }
}
