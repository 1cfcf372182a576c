package dev.loadline.operator.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.loadline.operator.api.LoadTestRun;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code run}: runs each test of the files once, here, and prints the results. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs each LoadTest and LoadTestRun in the files once, on this machine, and prints the"
          + " results.",
      "The real operator and the real load runner do the work, on a small API server in this"
          + " process. A LoadTest with a schedule is run now: it gets spec.runNow.token and"
          + " spec.suspend: true. Tests run one after the other.",
      "Secrets and ConfigMaps that a test names must be in the files. Targets are urls: a Service"
          + " can only be found in a cluster.",
      "Exit codes: 0 Pass or None, 1 Fail, 2 Invalid, 3 failed to run, 64 bad input; of several"
          + " the worst."
    })
public final class RunCommand implements Callable<Integer> {
  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Supplier<OperatorStarter> starter;
  private final Map<String, String> runnerEnvironment;
  private final PrintStream out;
  private final PrintStream errors;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "YAML or JSON manifests.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|yaml|json",
      defaultValue = "table",
      description =
          "How to print the results; yaml and json print the finished LoadTestRun objects and"
              + " nothing else on standard output, a List if several.")
  private Output output = Output.table;

  @Option(
      names = "--keep",
      description = "Keep the folder with the runners' logs and say where it is.")
  private boolean keep;

  /** How results are printed. */
  enum Output {
    table,
    yaml,
    json
  }

  /** Uses this operator and the standard streams. */
  public RunCommand(Supplier<OperatorStarter> starter) {
    this(starter, RunnerOutput.handedOn(System.getenv()), System.out, System.err);
  }

  RunCommand(
      Supplier<OperatorStarter> starter,
      Map<String, String> runnerEnvironment,
      PrintStream out,
      PrintStream errors) {
    this.starter = starter;
    this.runnerEnvironment = runnerEnvironment;
    this.out = out;
    this.errors = errors;
  }

  @Override
  public Integer call() throws InterruptedException {
    OperatorStarter operator = starter.get();
    ManifestReader.Reading reading = ManifestReader.read(files);
    List<InputProblem> problems = new ArrayList<>(reading.problems());
    problems.addAll(ManifestCheck.check(reading.manifests()));
    problems.addAll(ManifestCheck.local(reading.manifests()));
    if (!problems.isEmpty()) {
      problems.forEach(problem -> errors.println("loadline: " + problem));
      return ExitCode.BAD_INPUT;
    }
    RunnerOutput progress = new RunnerOutput(errors);
    LocalSession.Settings settings =
        new LocalSession.Settings(
            keep, RunnerOutput.environment(runnerEnvironment), progress::line);
    try (LocalSession session = LocalSession.open(operator, settings);
        CloseOnSignal _ = CloseOnSignal.of(session)) {
      List<LoadTestRun> runs = runAll(reading.manifests(), session, progress);
      print(runs, session);
      if (keep) {
        errors.println("The runners' logs are in " + session.directory());
      }
      return ExitCode.of(runs);
    }
  }

  private static List<LoadTestRun> runAll(
      List<Manifest> manifests, LocalSession session, RunnerOutput progress)
      throws InterruptedException {
    List<LoadTestRun> runs = new ArrayList<>();
    for (Manifest manifest : manifests) {
      if (!manifest.isTest() && !manifest.isRun()) {
        session.create(manifest, manifest.object());
      }
    }
    for (Manifest manifest : manifests) {
      if (manifest.isTest()) {
        session.create(manifest, onceAndNow(manifest));
        runs.add(session.awaitRun(LocalSession.runOf(manifest), progress::changed));
      } else if (manifest.isRun()) {
        session.create(manifest, manifest.object());
        runs.add(session.awaitRun(LocalSession.named(manifest), progress::changed));
      }
    }
    return runs;
  }

  /** A token starts a run whatever the schedule says, and only that one while suspended. */
  private static ObjectNode onceAndNow(Manifest manifest) {
    ObjectNode test = manifest.object().deepCopy();
    ObjectNode spec = test.withObject("/spec");
    spec.put("suspend", true);
    if (!spec.path("runNow").has("token")) {
      spec.withObject("/runNow").put("token", "loadline-run");
    }
    return test;
  }

  private void print(List<LoadTestRun> runs, LocalSession session) {
    switch (output) {
      case table ->
          runs.forEach(run -> {
            ResultTable.lines(run).forEach(out::println);
            out.println();
          });
      case yaml -> out.print(written(YAML, objects(runs, session)));
      case json -> out.println(written(JSON, objects(runs, session)));
    }
    out.flush();
  }

  private static ObjectNode objects(List<LoadTestRun> runs, LocalSession session) {
    if (runs.size() == 1) {
      return session.raw(runs.getFirst());
    }
    ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
    ArrayNode items = list.putArray("items");
    runs.forEach(run -> items.add(session.raw(run)));
    return list;
  }

  private static String written(ObjectMapper mapper, ObjectNode node) {
    try {
      return mapper.writeValueAsString(node);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree can always be written", impossible);
    }
  }
}
