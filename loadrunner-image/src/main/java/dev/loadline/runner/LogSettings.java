package dev.loadline.runner;

import dev.loadline.runner.contract.Environment;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How the log looks; to be applied before the first logger is made, since {@code logback.xml} reads
 * it from system properties.
 *
 * @param json one JSON object a line, else text
 * @param terminal whether standard output is a terminal that shows text: then there is a progress
 *     bar
 * @param level least level that is shown
 */
record LogSettings(boolean json, boolean terminal, String level) {
  /** Goes to the line's begin and wipes it. */
  static final String WIPE = "\r\u001b[K";

  private static final Set<String> LEVELS =
      Set.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");

  /** Reads them; whatever makes no sense counts as not set. */
  static LogSettings read(Map<String, String> environment, boolean terminal) {
    String format = environment.getOrDefault(Environment.LOG_FORMAT, "");
    String level = environment.getOrDefault(Environment.LOG_LEVEL, "").toUpperCase(Locale.ROOT);
    boolean json = format.equals("json") || (!format.equals("text") && !terminal);
    return new LogSettings(json, terminal && !json, LEVELS.contains(level) ? level : "INFO");
  }

  void apply() {
    System.setProperty("loadline.log.format", json ? "json" : "text");
    // As an escape sequence of the pattern: Logback trims the character itself away.
    System.setProperty("loadline.log.wipe", terminal ? WIPE.replace("\r", "\\r") : "");
    System.setProperty("loadline.log.level", level);
  }
}
