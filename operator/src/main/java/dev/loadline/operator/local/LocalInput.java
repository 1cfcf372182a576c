package dev.loadline.operator.local;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a command of local mode was given to run. */
final class LocalInput {
  private LocalInput() {}

  /**
   * The files' manifests, if all of them can be run here.
   *
   * @param claims folders that stand for claims, by their names
   * @param errors hears everything that is wrong with them
   */
  static Optional<List<Manifest>> read(
      List<String> files, Map<String, Path> claims, PrintStream errors) {
    ManifestReader.Reading reading = ManifestReader.read(files);
    List<InputProblem> problems = new ArrayList<>(reading.problems());
    problems.addAll(ManifestCheck.check(reading.manifests(), claims));
    problems.addAll(ManifestCheck.local(reading.manifests(), claims));
    problems.forEach(problem -> errors.println("loadline: " + problem));
    return problems.isEmpty() ? Optional.of(reading.manifests()) : Optional.empty();
  }
}
