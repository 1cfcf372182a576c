package dev.loadline.benchmark;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./loadline bench}. */
@Command(
    name = "loadline bench",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 64,
    description = {
      "Measures the load runner on this machine, beside wrk: each in turn on one CPU, against a"
          + " server of known timing on another. Prints a table of what was measured with the goals"
          + " beside it. Wants an otherwise idle machine with at least two CPUs, and wrk."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int MISSING = 69;
  private static final String SOAK = "soak";

  @Option(
      names = "--quick",
      description = "Fewer and shorter runs: about eight minutes, not thirty.")
  private boolean quick;

  @Option(names = "--output", paramLabel = "FILE", description = "Write the table to a file too.")
  private Optional<Path> output = Optional.empty();

  @Option(
      names = "--jmh",
      description = "Microbenchmarks of the event reader instead; needs neither wrk nor two CPUs.")
  private boolean jmh;

  @Option(names = "--server", hidden = true)
  private boolean server;

  @Option(names = "--image", hidden = true, description = "The launcher's: the image's folder.")
  private Path image = Path.of("loadrunner-image");

  @Parameters(
      paramLabel = "SECTION",
      description = {
        "Only these: paced, saturated, accuracy, lag, memory, start, peers;",
        "and soak, an hour (--quick: six minutes) that is run when it is named."
      })
  private List<String> sections = new ArrayList<>();

  private BenchCommand() {}

  /** Runs it. */
  public static void main(String... arguments) {
    silence();
    CommandLine command = new CommandLine(new BenchCommand());
    command.getCommandSpec().remove(command.getCommandSpec().findOption("--version"));
    command.setExecutionExceptionHandler(BenchCommand::failed);
    System.exit(command.execute(arguments));
  }

  /** What Netty has to say would get in between what the server says. */
  private static void silence() {
    ((LoggerContext) LoggerFactory.getILoggerFactory())
        .getLogger(Logger.ROOT_LOGGER_NAME)
        .setLevel(Level.OFF);
  }

  private static int failed(
      Exception failure, CommandLine command, CommandLine.ParseResult ignored) {
    command.getErr().println("loadline: the benchmark cannot go on: " + failure.getMessage());
    return 70;
  }

  private Map<String, Section> all() {
    Map<String, Section> all = new LinkedHashMap<>();
    all.put("paced", CostSection.paced());
    all.put("saturated", CostSection.saturated());
    all.put("accuracy", new AccuracySection());
    all.put("lag", new LagSection());
    all.put("memory", new MemorySection());
    all.put("start", new StartSection());
    all.put("peers", new PeersSection());
    all.put(SOAK, new SoakSection());
    return all;
  }

  @Override
  public Integer call() throws Exception {
    if (server) {
      TimedServer.serve(System.out);
      return 0;
    }
    if (jmh) {
      org.openjdk.jmh.Main.main(new String[] {"-prof", "gc"});
      return 0;
    }
    for (String section : sections) {
      if (!all().containsKey(section)) {
        System.err.println("loadline: unknown section '" + section + "': one of " + all().keySet());
        return 64;
      }
    }
    Machine machine = Machine.read();
    List<String> problems = Requirements.problems(machine);
    if (!problems.isEmpty()) {
      problems.forEach(problem -> System.err.println("loadline: " + problem));
      return MISSING;
    }
    measure(machine);
    return 0;
  }

  private void measure(Machine machine) throws IOException, InterruptedException {
    Report report = new Report(System.err);
    double load = Machine.loadAverage();
    try (Bench bench = new Bench(machine, new Java(image), quick)) {
      for (Map.Entry<String, Section> section : all().entrySet()) {
        String name = section.getKey();
        if (sections.isEmpty() ? !name.equals(SOAK) : sections.contains(name)) {
          section.getValue().run(bench, report);
        }
      }
      String text = report.markdown(head(machine, load, bench));
      System.out.println(text);
      if (output.isPresent()) {
        Files.writeString(output.get(), text);
      }
    }
  }

  private String head(Machine machine, double load, Bench bench) throws IOException {
    return """
    %s, %s%s. Server on CPU %s, client on CPU %s.
    Load average at the start %s; others had at most %s %% of the machine while it was measured, \
    the hypervisor took %s s.
    """
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            machine.describe(),
            quick ? ", quick" : "",
            machine.serverCpu(),
            machine.clientCpu(),
            Figure.text(load),
            Figure.text(100 * bench.worstOthersShare()),
            Figure.text(bench.stolenSeconds()));
  }
}
