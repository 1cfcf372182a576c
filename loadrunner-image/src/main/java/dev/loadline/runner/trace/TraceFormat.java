package dev.loadline.runner.trace;

import java.util.Arrays;
import java.util.Optional;

/** A file format of traces, one record a line. */
public enum TraceFormat {
  /**
   * The Azure LLM inference traces: CSV with the columns {@code TIMESTAMP} (date and time, up to
   * nanoseconds), {@code ContextTokens} and {@code GeneratedTokens}.
   */
  AZURE("Azure"),
  /**
   * BurstGPT: CSV with the columns {@code Timestamp} (seconds), {@code Request tokens} and {@code
   * Response tokens} among others. A row with 0 tokens is a request that failed, and is skipped.
   */
  BURST_GPT("BurstGPT"),
  /**
   * Mooncake: a JSON object a line with {@code timestamp} (milliseconds), {@code input_length},
   * {@code output_length} and, where there are some, {@code hash_ids}.
   */
  MOONCAKE("Mooncake"),
  /**
   * A JSON object a line with {@code timestamp} (seconds), {@code input_tokens} and {@code
   * output_tokens}.
   */
  JSONL("JSONL");

  private final String planName;

  TraceFormat(String planName) {
    this.planName = planName;
  }

  /** What a plan calls it. */
  String planName() {
    return planName;
  }

  /** The format that a plan calls by this name. */
  public static Optional<TraceFormat> named(String name) {
    return Arrays.stream(values()).filter(format -> format.planName.equals(name)).findFirst();
  }

  /** How its lines are read. */
  RowFormat rows() {
    return switch (this) {
      case AZURE -> new CsvRows(CsvRows.Columns.AZURE);
      case BURST_GPT -> new CsvRows(CsvRows.Columns.BURST_GPT);
      case MOONCAKE -> new JsonRows(JsonRows.Fields.MOONCAKE);
      case JSONL -> new JsonRows(JsonRows.Fields.OWN);
    };
  }
}
