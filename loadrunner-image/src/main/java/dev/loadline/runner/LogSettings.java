package dev.loadline.runner;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.loadline.runner.contract.Environment;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * How the log looks; to be applied before anything is logged.
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

  /** Sets the log up in code: reading a file of XML for it would take half as long as all else. */
  void apply() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> out = new ConsoleAppender<>();
    out.setContext(context);
    out.setEncoder(started(json ? objects() : lines(), context));
    out.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(level));
    root.addAppender(out);
    context.getLogger("io.netty").setLevel(Level.WARN);
  }

  private static Encoder<ILoggingEvent> started(
      Encoder<ILoggingEvent> encoder, LoggerContext context) {
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  /** One JSON object a line, for a cluster's log collector. */
  private static Encoder<ILoggingEvent> objects() {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMDC(false);
    encoder.setWithArguments(false);
    return encoder;
  }

  /** For people; on a terminal each line first wipes the progress bar away. */
  private Encoder<ILoggingEvent> lines() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    String wipe = terminal ? WIPE.replace("\r", "\\r") : "";
    encoder.setPattern(wipe + "%d{HH:mm:ss} %-5level %msg%replace(  %kvp{NONE}){' +$', ''}%n");
    return encoder;
  }
}
