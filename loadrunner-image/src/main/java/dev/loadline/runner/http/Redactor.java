package dev.loadline.runner.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a server's words fit for a result or a log: one short line without anything of the prompt
 * or of the request headers' values. What a server quotes of them, whole or in part, becomes {@code
 * […]}. Belongs to one event loop.
 *
 * <p>An overloaded server says the same to thousands of requests. Words that it said before are not
 * cleaned anew but shown as they were then: what it also says to a request with another prompt is
 * no quotation, or one of what both prompts hold, and that was hidden then.
 */
final class Redactor {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MAX_LENGTH = 1_000;
  private static final int SHORTEST_OF_PROMPT = 8;
  private static final int SHORTEST_OF_SECRET = 6;
  private static final int FILTER_BITS = 13;
  private static final int MOST_REMEMBERED = 64;
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Z}]+");
  private static final Pattern UNICODE_ESCAPE = Pattern.compile("\\\\u([0-9a-fA-F]{4})");
  private static final Pattern NO_SECRET = Pattern.compile("(?i)bearer|basic|token|apikey");

  private final List<String> secrets = new ArrayList<>();
  private final Map<String, String> cleaned = new HashMap<>();

  /** A redactor that knows these header values. */
  Redactor(Collection<String> headerValues) {
    for (String value : headerValues) {
      add(value.strip());
      SPACES.splitAsStream(value).forEach(this::add);
    }
  }

  private void add(String secret) {
    if (!secret.isEmpty() && !NO_SECRET.matcher(secret).matches()) {
      secrets.add(secret);
    }
  }

  /** The text as one line without secrets and, where there was a request, without its prompt. */
  String clean(String text, RequestBody body) {
    boolean cut = text.length() > MAX_LENGTH;
    String said = cut ? text.substring(0, MAX_LENGTH) : text;
    String key = cut ? said + '…' : said;
    String known = cleaned.get(key);
    if (known != null) {
      return known;
    }
    if (cleaned.size() == MOST_REMEMBERED) {
      cleaned.clear();
    }
    String shown = clean(said, cut, body);
    cleaned.put(key, shown);
    return shown;
  }

  private String clean(String said, boolean cut, RequestBody body) {
    String line = UNICODE_ESCAPE.matcher(said).replaceAll(Redactor::unescape);
    boolean[] hidden = new boolean[line.length()];
    for (String secret : secrets) {
      hide(line, secret, SHORTEST_OF_SECRET, hidden);
    }
    String raw = rawPrompt(body);
    hide(line, raw, SHORTEST_OF_PROMPT, hidden);
    if (raw.indexOf('\\') >= 0) {
      hide(line, prompt(body), SHORTEST_OF_PROMPT, hidden);
    }
    int shown = cut ? Math.max(0, line.length() - SHORTEST_OF_PROMPT) : line.length();
    return UNPRINTABLE.matcher(shown(line, shown, hidden)).replaceAll(" ").strip();
  }

  private static String unescape(MatchResult match) {
    String text = String.valueOf((char) Integer.parseInt(match.group(1), 16));
    return Matcher.quoteReplacement(text);
  }

  private static String rawPrompt(RequestBody body) {
    int length = body.promptTo() - body.promptFrom();
    return new String(body.json(), body.promptFrom(), length, StandardCharsets.UTF_8);
  }

  /** The prompt with its JSON escapes undone; the quotes around it belong to the body. */
  private static String prompt(RequestBody body) {
    int from = body.promptFrom() - 1;
    try (JsonParser json = JSON.createParser(body.json(), from, body.promptTo() + 1 - from)) {
      return Optional.ofNullable(json.nextTextValue()).orElse("");
    } catch (IOException e) {
      return rawPrompt(body);
    }
  }

  /**
   * Marks every part of the line that is a part of the secret and at least that long. Linear in
   * both: a filter of the line's parts by rolling hash sorts out nearly all parts of the secret.
   */
  private static void hide(String line, String secret, int shortest, boolean[] hidden) {
    int length = Math.min(shortest, secret.length());
    if (length == 0 || line.length() < length) {
      return;
    }
    boolean[] filter = new boolean[1 << FILTER_BITS];
    RollingHash ofLine = new RollingHash(line, length);
    do {
      filter[ofLine.slot()] = true;
    } while (ofLine.next());
    RollingHash ofSecret = new RollingHash(secret, length);
    do {
      if (filter[ofSecret.slot()]) {
        mark(line, secret.substring(ofSecret.from(), ofSecret.from() + length), hidden);
      }
    } while (ofSecret.next());
  }

  private static void mark(String line, String part, boolean[] hidden) {
    for (int at = line.indexOf(part); at >= 0; at = line.indexOf(part, at + 1)) {
      Arrays.fill(hidden, at, at + part.length(), true);
    }
  }

  private static String shown(String line, int length, boolean[] hidden) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      if (!hidden[i]) {
        text.append(line.charAt(i));
      } else if (i == 0 || !hidden[i - 1]) {
        text.append("[…]");
      }
    }
    return text.toString();
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
