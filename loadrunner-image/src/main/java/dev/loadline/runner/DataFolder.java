package dev.loadline.runner;

import dev.loadline.runner.contract.Environment;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where the workload's files lie.
 *
 * @param path the folder
 * @param source what messages say before a file's name; may be empty
 */
record DataFolder(Path path, String source) {
  /** As the environment says; what cannot be used is added to the problems. */
  static DataFolder read(Map<String, String> environment, List<String> problems) {
    String folder = environment.getOrDefault(Environment.DATA, "").strip();
    String source = environment.getOrDefault(Environment.DATA_SOURCE, "");
    try {
      return new DataFolder(Path.of(folder.isEmpty() ? Environment.DATA_DEFAULT : folder), source);
    } catch (InvalidPathException e) {
      problems.add("%s is \"%s\": it must name a folder.".formatted(Environment.DATA, folder));
      return new DataFolder(Path.of(Environment.DATA_DEFAULT), source);
    }
  }
}
