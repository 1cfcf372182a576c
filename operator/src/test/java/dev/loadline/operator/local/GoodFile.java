package dev.loadline.operator.local;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** A good file to be changed, and what {@code validate} and {@code run} say of files. */
abstract class GoodFile {
  static final String GOOD =
      """
      apiVersion: loadline.dev/v1alpha1
      kind: LoadTest
      metadata: {name: good}
      spec:
        target: {url: "http://127.0.0.1:8000/v1"}
        workload: {synthetic: {inputTokens: 10, outputTokens: 5}}
        load: {stages: [{name: one, users: 1, duration: 10s}]}
      """;

  @TempDir Path folder;
  final Captured captured = new Captured();

  /** Standard input of {@code validate}. */
  String input = "";

  String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  int validate(String... files) {
    return validate(captured, files);
  }

  int validate(Captured said, String... files) {
    return said.run(
        new ValidateCommand(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            said.outStream,
            said.errorStream),
        files);
  }

  int run(String... files) {
    return captured.run(
        new RunCommand(
            () ->
                client -> {
                  throw new IllegalStateException("nothing may be started");
                },
            Map.of(),
            captured.outStream,
            captured.errorStream),
        files);
  }
}
