package dev.loadline.runner.prompt;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads what is never shown. */
final class Texts {
  private Texts() {}

  /** A text as it stands in JSON. */
  static String of(Text text) {
    byte[] bytes = new byte[text.length()];
    text.copyTo(bytes, 0);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The texts of a prompt's messages, one behind the other. */
  static String of(Prompt prompt) {
    StringBuilder all = new StringBuilder();
    prompt.messages().forEach(message -> all.append(of(message.text())));
    return all.toString();
  }

  /** Words of a prompt of one message. */
  static List<String> words(Prompt prompt) {
    return List.of(of(prompt).split(" ", -1));
  }
}
