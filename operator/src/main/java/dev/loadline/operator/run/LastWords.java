package dev.loadline.operator.run;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a runner that left no result last wrote to its log: the kubelet puts the log's end into the
 * termination message of a container that failed. Short, without stack frames, and without the
 * options that a JVM quotes, which may come from a Secret.
 */
final class LastWords {
  private static final int KEPT_BY_KUBELET = 2048;
  private static final int MOST_LINES = 3;
  private static final int MOST_CHARACTERS = 300;
  private static final String CUT = "…";
  private static final Pattern NOISE =
      Pattern.compile(
          "\\s*|\\s+at .*|\\s*\\.{3} \\d+ (?:more|common frames omitted)"
              + "|(?:NOTE: )?Picked up _?[A-Z_]*OPTIONS: .*");

  /** A line of the runner's own log; its full result is one too, with other fields. */
  private static final Pattern LOGGED =
      Pattern.compile("\\{\"timestamp\":.*?\"message\":\"((?:[^\"\\\\]|\\\\.)*)\".*");

  /**
   * What a JVM or its launcher quotes: an option, or the file, library or module that one names.
   */
  private static final Pattern OPTION =
      Pattern.compile(
          "(?<=\\boption:? )['`].*'|(?<![^\\s:(='`\"])['`]?--?[A-Za-z].*"
              + "|(?<=manifest missing : ).*|(?<=agent library ).*|(?<=\\b[Mm]odule:? ).*");

  private static final String LEFT_OUT = "[…]";

  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  private LastWords() {}

  /** The last lines that say something; empty if none does. */
  static Optional<String> of(String output) {
    boolean cut = output.getBytes(StandardCharsets.UTF_8).length >= KEPT_BY_KUBELET;
    List<String> lines =
        output
            .lines()
            .skip(cut ? 1 : 0) // Half a line.
            .filter(line -> !NOISE.matcher(line).matches())
            .map(LastWords::plain)
            .filter(line -> !line.isEmpty() && !line.startsWith("{"))
            .toList();
    String words =
        String.join(" / ", lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
    int excess = words.length() - MOST_CHARACTERS;
    return Optional.of(excess <= 0 ? words : CUT + words.substring(excess))
        .filter(text -> !text.isEmpty());
  }

  /** Of a line of the runner's log its message, of any other all of it. */
  private static String plain(String line) {
    Matcher logged = LOGGED.matcher(line);
    String words =
        logged.matches()
            ? logged.group(1).replace("\\\"", "\"").replace("\\n", " ")
            : OPTION.matcher(line).replaceAll(LEFT_OUT);
    return CONTROL.matcher(words).replaceAll(" ").strip();
  }
}
