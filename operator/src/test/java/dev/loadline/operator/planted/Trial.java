package dev.loadline.operator.planted;

import dev.loadline.operator.api.LoadTestSpec;
import dev.loadline.operator.plan.TestPlan;
import dev.loadline.operator.verdict.Judge;
import dev.loadline.operator.verdict.Judgement;
import dev.loadline.operator.verdict.Measurement;
import dev.loadline.operator.verdict.TargetEndpoints.Observation;
import dev.loadline.runner.contract.ContractJson;
import dev.loadline.runner.contract.Environment;
import dev.loadline.runner.contract.JvmOptions;
import dev.loadline.runner.contract.ResultCodec;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A test that is measured for real: the simulator and the load runner are processes, the plan and
 * the verdict are the operator's. What disturbs it comes from outside: another server, a program
 * that starts the runner, one that runs beside it, or a plan that the runner gets wrong.
 */
final class Trial {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Pattern LISTENING =
      Pattern.compile("Simulator listening on (http://\\S+:\\d+)");

  /** What a runner's container has by default. */
  private static final String MEMORY = "-XX:MaxRAM=1g";

  private static final String SEPARATOR = System.getProperty("path.separator");

  private final String spec;
  private final List<String> simulator = new ArrayList<>(List.of("--ttft=60ms", "--itl=5ms"));
  private List<String> place = List.of();
  private List<String> launcher = List.of();
  private String beside = "";
  private UnaryOperator<String> told = plan -> plan;
  private Map<String, String> data = Map.of();
  private int times = 1;

  /** A test with this spec, but for its target, against a healthy simulator. */
  Trial(String spec) {
    this.spec = spec;
  }

  /** The simulator has these options as well, or with these values. */
  Trial against(String... options) {
    for (String option : options) {
      String name = option.substring(0, option.indexOf('=') + 1);
      simulator.removeIf(other -> other.startsWith(name));
      simulator.add(option);
    }
    return this;
  }

  /** Simulator and runner are started by this program. */
  Trial in(List<String> program) {
    place = program;
    return this;
  }

  /** The runner is started by this program. */
  Trial startedBy(String... program) {
    launcher = List.of(program);
    return this;
  }

  /** This shell script runs beside the runner, whose process it knows as {@code $1}. */
  Trial beside(String script) {
    beside = script;
    return this;
  }

  /** The runner is told another plan than the one that is judged. */
  Trial told(UnaryOperator<String> change) {
    told = change;
    return this;
  }

  /** The workload's file has this name and text. */
  Trial data(String name, String text) {
    data = Map.of(name, text);
    return this;
  }

  /** It is measured so often against the same simulator, and the last verdict counts. */
  Trial times(int count) {
    times = count;
    return this;
  }

  /** Measures and judges. */
  Judgement run(Path folder) throws IOException, InterruptedException {
    Path log = folder.resolve("simulator.log");
    List<String> options = new ArrayList<>(List.of("simulate", "--port=0"));
    options.addAll(simulator);
    Process server = start(place, options, log, folder).start();
    try {
      String url = url(server, log);
      Judgement judgement = measure(url, folder.resolve("0"));
      for (int time = 1; time < times; time++) {
        judgement = measure(url, folder.resolve(Integer.toString(time)));
      }
      return judgement;
    } finally {
      end(server);
    }
  }

  private Judgement measure(String url, Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : data.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
    TestPlan plan = plan(url);
    Path result = folder.resolve("result");
    List<String> programs = new ArrayList<>(place);
    programs.addAll(launcher);
    Path log = folder.resolve("runner.log");
    ProcessBuilder builder = start(programs, List.of("run"), log, folder);
    builder
        .environment()
        .put(
            Environment.PLAN,
            told.apply(ContractJson.write(plan.runPlan("trial", folder.toString()))));
    Process runner = builder.start();
    List<Process> others = new ArrayList<>(List.of(runner));
    try {
      if (!beside.isEmpty()) {
        String process = Long.toString(runner.pid());
        others.add(new ProcessBuilder("sh", "-c", beside, "sh", process).inheritIO().start());
      }
      if (!runner.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the runner did not end:\n" + Files.readString(log));
      }
    } finally {
      others.forEach(Trial::end);
    }
    return ResultCodec.decode(Files.readString(result)) instanceof ResultCodec.Decoded.Read read
        ? Judge.judge(
            Measurement.of(plan.load(), read.result(), new Observation.NotCompared("no Service")),
            plan.objectives())
        : fail(log);
  }

  private TestPlan plan(String url) {
    LoadTestSpec parsed =
        new KubernetesSerialization()
            .unmarshal("target: {url: '" + url + "/v1'}\n" + spec, LoadTestSpec.class);
    return switch (TestPlan.parse(parsed, "planted")) {
      case TestPlan.Parsed.Valid valid -> valid.plan();
      case TestPlan.Parsed.Refused refused ->
          throw new AssertionError("the spec is refused: " + refused.problems());
    };
  }

  private static Judgement fail(Path log) throws IOException {
    throw new AssertionError("the runner left no result:\n" + Files.readString(log));
  }

  /** The load runner's program with the options of its container. */
  private static ProcessBuilder start(
      List<String> by, List<String> arguments, Path log, Path folder) {
    List<String> command = new ArrayList<>(by);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JvmOptions.read());
    command.add(MEMORY);
    command.addAll(List.of("-cp", classPath(), "dev.loadline.runner.Main"));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("LOADLINE_"));
    builder.environment().put(Environment.TERMINATION_LOG, folder.resolve("result").toString());
    builder.environment().put(Environment.DATA, folder.toString());
    builder.environment().put(Environment.METRICS_HOST, "127.0.0.1");
    builder.environment().put(Environment.METRICS_PORT, "0");
    builder.environment().put(Environment.CLIENT_WARMUP_MILLIS, "3000");
    return builder;
  }

  /** Without the tests, whose log settings are others. */
  private static String classPath() {
    return String.join(
        SEPARATOR,
        List.of(System.getProperty("java.class.path").split(Pattern.quote(SEPARATOR), -1)).stream()
            .filter(part -> !part.contains("test-classes"))
            .toList());
  }

  private static String url(Process server, Path log) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (server.isAlive() && System.nanoTime() < deadline) {
      Matcher listening = LISTENING.matcher(Files.readString(log));
      if (listening.find()) {
        return listening.group(1);
      }
      boolean ended = server.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
      if (ended) {
        break;
      }
    }
    throw new AssertionError("the simulator did not start:\n" + Files.readString(log));
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }
}
