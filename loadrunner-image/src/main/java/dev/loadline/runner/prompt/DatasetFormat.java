package dev.loadline.runner.prompt;

import java.util.Arrays;
import java.util.Optional;

/** A file format of datasets. */
public enum DatasetFormat {
  /**
   * One JSON array of {@code {"conversations": [{"from": "human", "value": "…"}, {"from": "gpt",
   * "value": "…"}, …]}}. Records that do not begin with a human's words, or whose question is blank
   * or lacks its answer, are passed over: the published sets are full of them. A request is the
   * first of the human's turns.
   */
  SHARE_GPT("ShareGPT"),
  /**
   * A JSON object a line: {@code {"messages": [{"role": "user", "content": "…"}, …]}}, {@code
   * {"prompt": "…"}} or {@code {"text": "…"}}, and {@code "output_tokens"} or {@code "max_tokens"}
   * if it is known. A request is all of the messages up to the user's last one.
   */
  JSONL("JSONL");

  private final String planName;

  DatasetFormat(String planName) {
    this.planName = planName;
  }

  /** What a plan calls it. */
  String planName() {
    return planName;
  }

  /** The format that a plan calls by this name. */
  public static Optional<DatasetFormat> named(String name) {
    return Arrays.stream(values()).filter(format -> format.planName.equals(name)).findFirst();
  }
}
