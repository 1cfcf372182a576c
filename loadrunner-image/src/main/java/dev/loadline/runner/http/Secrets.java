package dev.loadline.runner.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The values of request headers and what is secret within them: the key after {@code Bearer}, user
 * and password of {@code Basic}, each word of several. They are hidden as they are and in base64
 * (both alphabets, with padding and without, alone or within more), whole and in parts of six
 * characters. A word of fewer than four characters is not hidden: it stands in too many others, and
 * nobody needs an echo to guess it.
 */
final class Secrets {
  private static final int SHORTEST = 4;
  private static final int PART = 6;
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern SCHEME = Pattern.compile("(?i)(bearer|basic|token|apikey)(\\s+|$)");

  private final Map<Integer, Set<String>> partsByLength = new TreeMap<>();

  /** Those of headers with these values. */
  Secrets(Collection<String> headerValues) {
    for (String value : headerValues) {
      String secret = SCHEME.matcher(value.strip()).replaceFirst("");
      add(secret);
      List<String> words = SPACES.splitAsStream(secret).toList();
      words.forEach(this::add);
      if (value.strip().regionMatches(true, 0, "basic", 0, 5)) {
        words.forEach(this::addCredentials);
      }
    }
  }

  private void add(String secret) {
    if (secret.length() < SHORTEST) {
      return;
    }
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    addParts(secret);
    addParts(new String(bytes, StandardCharsets.ISO_8859_1));
    for (int before = 0; before < 3; before++) {
      byte[] within = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, within, before, bytes.length);
      // The first of these are of the bytes before it as well.
      int from = before == 0 ? 0 : before + 1;
      for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
        addParts(encoder.encodeToString(within).substring(from));
        addParts(encoder.withoutPadding().encodeToString(within).substring(from));
      }
    }
  }

  private void addParts(String form) {
    int length = Math.min(PART, form.length());
    Set<String> parts = partsByLength.computeIfAbsent(length, _ -> new HashSet<>());
    for (int at = 0; at + length <= form.length(); at++) {
      parts.add(Redaction.lowerCase(form.substring(at, at + length)));
    }
  }

  private void addCredentials(String base64) {
    try {
      String credentials = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
      List<String> secrets = new ArrayList<>(List.of(credentials));
      secrets.add(credentials.substring(credentials.indexOf(':') + 1));
      secrets.forEach(this::add);
    } catch (IllegalArgumentException e) {
      // Then it is no base64, and hidden as it is.
    }
  }

  /** Hides them in a text. */
  void hideIn(Redaction text) {
    partsByLength.forEach((length, parts) -> text.hideEach(parts, length));
  }
}
