package dev.loadline.runner.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
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

  /**
   * A part that the cut leaves of a quotation may be too short to be found, three times if escaped.
   */
  private static final int UNSHOWN_BEFORE_CUT = 3 * SHORTEST_OF_PROMPT;

  private static final int MOST_REMEMBERED = 64;
  private static final Pattern UNICODE_ESCAPE = Pattern.compile("\\\\u([0-9a-fA-F]{4})");

  private final Secrets secrets;
  private final Map<String, String> cleaned = new HashMap<>();

  /** A redactor that knows these secrets. */
  Redactor(Secrets secrets) {
    this.secrets = secrets;
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
    String line = unescaped(said);
    Redaction redaction = new Redaction(line);
    secrets.hideIn(redaction);
    for (int i = 0; i < body.messages(); i++) {
      String raw = rawText(body, i);
      redaction.hideParts(raw, SHORTEST_OF_PROMPT);
      if (raw.indexOf('\\') >= 0) {
        redaction.hideParts(unescapedText(body, i), SHORTEST_OF_PROMPT);
      }
    }
    return redaction.shown(cut ? Math.max(0, line.length() - UNSHOWN_BEFORE_CUT) : line.length());
  }

  /** The text as one line without secrets. */
  static String clean(String text, Secrets secrets) {
    Redaction redaction = new Redaction(unescaped(text));
    secrets.hideIn(redaction);
    return redaction.shown();
  }

  private static String unescaped(String text) {
    return UNICODE_ESCAPE.matcher(text).replaceAll(Redactor::unescape);
  }

  private static String unescape(MatchResult match) {
    String text = String.valueOf((char) Integer.parseInt(match.group(1), 16));
    return Matcher.quoteReplacement(text);
  }

  private static String rawText(RequestBody body, int message) {
    int from = body.textFrom(message);
    return new String(body.json(), from, body.textTo(message) - from, StandardCharsets.UTF_8);
  }

  /** The text of a message with its JSON escapes undone. */
  private static String unescapedText(RequestBody body, int message) {
    String quoted = '"' + rawText(body, message) + '"';
    try (JsonParser json = JSON.createParser(quoted)) {
      return Optional.ofNullable(json.nextTextValue()).orElse("");
    } catch (IOException e) {
      return rawText(body, message);
    }
  }
}
