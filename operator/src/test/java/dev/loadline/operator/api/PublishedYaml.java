package dev.loadline.operator.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Every manifest that a reader may copy: from the README, the examples and the chart's notes. */
public final class PublishedYaml {
  private static final Path TOP = Path.of("..");
  private static final Pattern MARKDOWN = Pattern.compile("(?ms)^```yaml\n(.*?)^```");
  private static final Pattern HERE_DOCUMENT = Pattern.compile("(?s)<<YAML\n(.*?)\n *YAML\n");

  private PublishedYaml() {}

  /** All documents, one object each. */
  public static Stream<String> documents() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(TOP.resolve("examples"))) {
      for (Path file : files.sorted().toList()) {
        texts.add(Files.readString(file));
      }
    }
    found(MARKDOWN, Files.readString(TOP.resolve("README.md")), texts);
    found(
        HERE_DOCUMENT,
        Files.readString(TOP.resolve("helm/loadline/templates/NOTES.txt"))
            .replace("YOUR-SERVICE", "server"),
        texts);
    return texts.stream()
        .flatMap(text -> Stream.of(text.split("(?m)^---$", -1)))
        .map(String::stripTrailing)
        .filter(text -> text.lines().anyMatch(line -> line.startsWith("kind:")));
  }

  private static void found(Pattern pattern, String text, List<String> texts) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      texts.add(matcher.group(1).stripIndent());
    }
  }
}
