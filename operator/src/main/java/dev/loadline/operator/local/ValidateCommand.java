package dev.loadline.operator.local;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code validate}: everything that is wrong with manifests, without a cluster. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = {
      "Checks manifests as a cluster with Loadline would: schema, rules and meaning.",
      "Lists every problem with file, object and field; objects of other kinds are skipped, Secrets"
          + " and ConfigMaps are checked too, datasets and traces in them from the first record to"
          + " the last (the first 20 problems of each, then how many more there are). Exit codes: 0"
          + " all good, 64 problems."
    })
public final class ValidateCommand implements Callable<Integer> {
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream errors;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "YAML or JSON manifests; - is standard input.")
  private List<String> files = new ArrayList<>();

  /** Uses the standard streams. */
  public ValidateCommand() {
    this(System.in, System.out, System.err);
  }

  ValidateCommand(InputStream in, PrintStream out, PrintStream errors) {
    this.in = in;
    this.out = out;
    this.errors = errors;
  }

  @Override
  public Integer call() {
    ManifestReader.Reading reading = ManifestReader.read(files, in);
    List<InputProblem> problems = new ArrayList<>(reading.problems());
    List<InputProblem> found = ManifestCheck.check(reading.manifests(), Map.of());
    problems.addAll(found);
    ReferenceCheck references = new ReferenceCheck(reading.manifests());
    for (Manifest manifest : reading.manifests()) {
      boolean good =
          found.stream()
              .noneMatch(problem ->
                  problem.file().equals(manifest.file())
                      && problem.place().filter(manifest.place()::equals).isPresent());
      if (good) {
        out.println(
            manifest.file() + ": " + manifest.title() + ": " + result(manifest, references));
      }
    }
    problems.forEach(problem -> errors.println("loadline: " + problem));
    return problems.isEmpty() ? ExitCode.PASSED : ExitCode.BAD_INPUT;
  }

  private static String result(Manifest manifest, ReferenceCheck references) {
    if (ManifestCheck.isForeign(manifest)) {
      return "skipped: not a Loadline kind";
    }
    Set<String> unchecked =
        manifest.isTest() || manifest.isRun() ? references.unchecked(manifest) : Set.of();
    return switch (unchecked.size()) {
      case 0 -> "ok";
      case 1 -> "ok; " + String.join("", unchecked) + " is not in the files: not checked";
      default -> "ok; " + String.join(", ", unchecked) + " are not in the files: not checked";
    };
  }
}
