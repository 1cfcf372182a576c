package dev.loadline.operator;

import java.io.Console;
import java.util.Optional;

/**
 * How the program logs: JSON lines for machines, short lines on a terminal. To be called before the
 * first logger is made.
 */
final class Logging {
  private static final String FILE = "logback.configurationFile";
  private static final String JSON = "dev/loadline/operator/logging-json.xml";
  private static final String TEXT = "dev/loadline/operator/logging-text.xml";
  private static final String LEVEL = "loadline.log.level";

  private Logging() {}

  /** As the environment wants it; else text on a terminal and JSON elsewhere. */
  static void operator(Optional<String> format) {
    boolean json = format.map("json"::equals).orElseGet(() -> !onTerminal());
    configure(json ? JSON : TEXT, "INFO");
  }

  /** For commands whose output is for a person: warnings only, on standard error. */
  static void quiet() {
    configure(TEXT, "WARN");
  }

  private static void configure(String file, String level) {
    System.setProperty(FILE, System.getProperty(FILE, file));
    System.setProperty(LEVEL, System.getProperty(LEVEL, level));
  }

  private static boolean onTerminal() {
    // Null in a runtime without the console's module.
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }
}
