package dev.loadline.operator.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.loadline.operator.api.Api;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
      "Secrets and ConfigMaps that a test names must be in the files, or --data says where the"
          + " files of a claim are. Targets are urls: a Service can only be found in a cluster.",
      "Ctrl-C stops the run and prints what it has measured until then.",
      "Exit codes: 0 Pass or None, 1 Fail, 2 Invalid, 3 failed to run, 64 bad input; of several"
          + " the worst. 70 is a defect of Loadline, 130 Ctrl-C."
    })
public final class RunCommand implements Callable<Integer> {
  private final Supplier<OperatorStarter> starter;
  private final Map<String, String> runnerEnvironment;
  private final PrintStream out;
  private final PrintStream errors;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "YAML or JSON manifests; - is standard input.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|yaml|json",
      defaultValue = "table",
      description =
          "How to print the results; yaml and json print the finished LoadTestRun objects and"
              + " nothing else on standard output, a List if there are several tests.")
  private Output output = Output.table;

  @Option(
      names = "--keep",
      description =
          "Keep what a run leaves and say where: the load runners' logs and results, and"
              + " objects.yaml with tests, runs, Jobs, pods and events. While it runs, kubectl can"
              + " look with the kubeconfig in that folder; the API server ends with the program.")
  private boolean keep;

  @Option(
      names = "--data",
      paramLabel = "CLAIM=FOLDER",
      description =
          "Folder of this machine that stands for the PersistentVolumeClaim of a dataset or a"
              + " trace; may be given more than once.")
  private Map<String, Path> claims = new HashMap<>();

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
    for (Map.Entry<String, Path> claim : claims.entrySet()) {
      if (!Files.isDirectory(claim.getValue())) {
        errors.println(
            "loadline: --data " + claim.getKey() + ": there is no folder " + claim.getValue());
        return ExitCode.BAD_INPUT;
      }
    }
    Optional<List<Manifest>> manifests = LocalInput.read(files, absolute(claims), errors);
    return manifests.isPresent() ? run(manifests.get(), operator) : ExitCode.BAD_INPUT;
  }

  private int run(List<Manifest> manifests, OperatorStarter operator) throws InterruptedException {
    RunnerOutput progress = new RunnerOutput(errors);
    SessionSettings settings =
        SessionSettings.of(keep, runnerEnvironment, progress).with(absolute(claims));
    try (LocalSession session = LocalSession.open(operator, settings);
        StopOnSignal stop = StopOnSignal.of(session, errors)) {
      if (keep) {
        errors.println(
            "To look while it runs: kubectl --kubeconfig "
                + session.kubeconfig()
                + " get loadtests,loadtestruns,jobs,pods");
      }
      List<RunOutcome> outcomes = runAll(manifests, session, progress);
      stop.measured();
      print(outcomes);
      if (keep) {
        errors.println("Logs, results and objects are in " + session.directory());
      }
      return ExitCode.of(outcomes);
    }
  }

  private static Map<String, Path> absolute(Map<String, Path> claims) {
    Map<String, Path> absolute = new HashMap<>();
    claims.forEach((name, folder) -> absolute.put(name, folder.toAbsolutePath()));
    return absolute;
  }

  private static List<RunOutcome> runAll(
      List<Manifest> manifests, LocalSession session, RunnerOutput progress)
      throws InterruptedException {
    for (Manifest manifest : manifests) {
      if (!manifest.isTest() && !manifest.isRun()) {
        session.create(manifest, manifest.object());
      }
    }
    List<RunOutcome> outcomes = new ArrayList<>();
    for (Manifest manifest : manifests) {
      if (!manifest.isTest() && !manifest.isRun()) {
        continue;
      }
      if (session.isStopping()) {
        outcomes.add(LocalSession.neverBegun(manifest));
      } else {
        session.create(manifest, manifest.isTest() ? onceAndNow(manifest) : anew(manifest));
        outcomes.add(session.awaitRun(manifest, progress::changed));
      }
    }
    return outcomes;
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

  /** A run as it was printed by a cluster runs here as one that was made by hand. */
  private static ObjectNode anew(Manifest manifest) {
    ObjectNode run = manifest.object().deepCopy();
    run.withObject("/spec").remove("trigger");
    run.withObject("/metadata").remove("ownerReferences");
    run.withObject("/metadata/annotations").remove(Api.RUN_ANNOTATION);
    return run;
  }

  private void print(List<RunOutcome> outcomes) {
    List<RunOutcome.Finished> finished = new ArrayList<>();
    for (RunOutcome outcome : outcomes) {
      switch (outcome) {
        case RunOutcome.Finished one -> finished.add(one);
        case RunOutcome.NotRun not -> errors.println("loadline: " + not.message());
      }
    }
    switch (output) {
      case table ->
          finished.forEach(one -> {
            ResultTable.lines(one.run()).forEach(out::println);
            out.println();
          });
      case yaml -> out.print(ObjectText.yaml(object(finished, outcomes.size() > 1)));
      case json -> out.println(ObjectText.json(object(finished, outcomes.size() > 1)));
    }
    out.flush();
  }

  /** Whoever asked for several gets a List, however many of them have run. */
  private static ObjectNode object(List<RunOutcome.Finished> finished, boolean several) {
    return finished.size() == 1 && !several
        ? finished.getFirst().object()
        : ObjectText.list(finished.stream().map(RunOutcome.Finished::object).toList());
  }
}
