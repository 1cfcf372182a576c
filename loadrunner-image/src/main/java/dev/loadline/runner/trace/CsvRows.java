package dev.loadline.runner.trace;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Lines of comma-separated values below a header, columns in any order. */
final class CsvRows implements RowFormat {
  private static final ObjectReader VALUES =
      new CsvMapper().readerForListOf(String.class).with(CsvParser.Feature.TRIM_SPACES);
  private static final DateTimeFormatter DATE_AND_TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .optionalStart()
          .appendOffsetId()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);
  private static final int LONGEST_NUMBER = 40;
  private static final int SECOND_POWER = 9;

  /** The columns of a format that are needed, and whether a row without tokens is a failure. */
  record Columns(String time, String input, String output, boolean dated, boolean skipsFailures) {
    static final Columns AZURE =
        new Columns("TIMESTAMP", "ContextTokens", "GeneratedTokens", true, false);
    static final Columns BURST_GPT =
        new Columns("Timestamp", "Request tokens", "Response tokens", false, true);
  }

  private final Columns columns;
  private int time;
  private int input;
  private int output;

  CsvRows(Columns columns) {
    this.columns = columns;
  }

  @Override
  public boolean hasHeader() {
    return true;
  }

  @Override
  public void header(String line) throws RowException {
    List<String> names = values(line);
    List<String> missing =
        new ArrayList<>(List.of(columns.time(), columns.input(), columns.output()));
    missing.removeAll(names);
    if (!missing.isEmpty()) {
      throw new RowException(
          "the header lacks the column \""
              + String.join("\" and \"", missing)
              + "\", name the columns in the first line or choose the trace's own format");
    }
    time = names.indexOf(columns.time());
    input = names.indexOf(columns.input());
    output = names.indexOf(columns.output());
  }

  @Override
  public Optional<Row> row(String line) throws RowException {
    List<String> values = values(line);
    if (values.size() <= Math.max(time, Math.max(input, output))) {
      throw new RowException("the line has fewer columns than the header, complete it");
    }
    long inputTokens = tokens(values.get(input), columns.input());
    long outputTokens = tokens(values.get(output), columns.output());
    String instant = values.get(time);
    long nanos = columns.dated() ? dated(instant) : Row.nanos(number(instant), SECOND_POWER);
    return columns.skipsFailures() && (inputTokens == 0 || outputTokens == 0)
        ? Optional.empty()
        : Optional.of(new Row(nanos, inputTokens, outputTokens, List.of()));
  }

  private static List<String> values(String line) throws RowException {
    try {
      return VALUES.readValue(line);
    } catch (JsonProcessingException e) {
      throw new RowException("the line is not comma-separated values, close its quotes");
    }
  }

  private static long tokens(String text, String column) throws RowException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new RowException("\"" + column + "\" is not a whole number, give a number of tokens");
    }
  }

  private BigDecimal number(String text) throws RowException {
    try {
      if (text.length() <= LONGEST_NUMBER) {
        return new BigDecimal(text);
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new RowException("\"" + columns.time() + "\" is not a number, give seconds");
  }

  private long dated(String text) throws RowException {
    try {
      TemporalAccessor parsed = DATE_AND_TIME.parse(text);
      ZoneOffset offset =
          Optional.ofNullable(parsed.query(TemporalQueries.offset())).orElse(ZoneOffset.UTC);
      Instant instant = LocalDateTime.from(parsed).toInstant(offset);
      BigDecimal seconds = BigDecimal.valueOf(instant.getEpochSecond());
      return Row.nanos(seconds.add(BigDecimal.valueOf(instant.getNano(), 9)), SECOND_POWER);
    } catch (DateTimeException e) {
      throw new RowException(
          "\"" + columns.time() + "\" is no date and time, write it as 2023-11-16 18:15:46.68059");
    }
  }
}
