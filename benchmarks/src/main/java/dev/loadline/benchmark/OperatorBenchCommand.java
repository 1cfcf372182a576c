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

/** {@code ./loadline bench operator}. */
@Command(
    name = "loadline bench operator",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 64,
    description = {
      "Measures the operator with many tests that are due in the same minute, on the cluster that"
          + " LOADLINE_IT_KUBECONFIG names, with nodes that run nothing. LOADLINE_IT_CLUSTER names"
          + " a folder with the command fake-node, which makes such nodes: pods of Jobs there"
          + " succeed after the seconds in their annotation testcluster/run-seconds, with the text"
          + " of testcluster/result as their termination message. Prints a table with goals."
    })
public final class OperatorBenchCommand implements Callable<Integer> {
  private static final int MISSING = 69;

  @Option(names = "--tests", description = "How many tests (${DEFAULT-VALUE}).")
  private int tests = 1_000;

  @Option(names = "--bursts", description = "How often they are due (${DEFAULT-VALUE}).")
  private int bursts = 2;

  @Option(names = "--kept", description = "How many finished runs are kept (${DEFAULT-VALUE}).")
  private int kept = 10_000;

  @Option(names = "--audit", paramLabel = "FILE", description = "The API server's audit log.")
  private Path audit = Path.of("audit.log");

  @Option(names = "--java", paramLabel = "OPTION", description = "More options of its JVM.")
  private List<String> java = new ArrayList<>();

  @Option(names = "--output", paramLabel = "FILE", description = "Write the table to a file too.")
  private Optional<Path> output = Optional.empty();

  @Option(names = "--top", hidden = true, description = "The launcher's: the checkout.")
  private Path top = Path.of("");

  @Parameters(paramLabel = "SECTION", description = "Only these: floor, idle, burst, kept, leak.")
  private List<String> sections = new ArrayList<>();

  private OperatorBenchCommand() {}

  /** Runs it. */
  public static void main(String... arguments) {
    ((LoggerContext) LoggerFactory.getILoggerFactory())
        .getLogger(Logger.ROOT_LOGGER_NAME)
        .setLevel(Level.OFF);
    System.exit(new CommandLine(new OperatorBenchCommand()).execute(arguments));
  }

  private Map<String, ScaleSection> all() {
    Map<String, ScaleSection> all = new LinkedHashMap<>();
    all.put("floor", new FloorSection());
    all.put("idle", new IdleSection());
    all.put("burst", new BurstSection(bursts));
    all.put("kept", new KeptSection(kept));
    all.put("leak", new LeakSection());
    return all;
  }

  @Override
  public Integer call() throws Exception {
    for (String section : sections) {
      if (!all().containsKey(section)) {
        System.err.println("loadline: unknown section '" + section + "': one of " + all().keySet());
        return 64;
      }
    }
    Optional<Path> kubeconfig = path("LOADLINE_IT_KUBECONFIG");
    Optional<Path> scripts = path("LOADLINE_IT_CLUSTER");
    if (kubeconfig.isEmpty() || scripts.isEmpty() || !Files.exists(audit)) {
      System.err.println(
          "loadline: LOADLINE_IT_KUBECONFIG (the cluster), LOADLINE_IT_CLUSTER (the folder of"
              + " fake-node) and --audit (the API server's audit log) are needed");
      return MISSING;
    }
    measure(kubeconfig.get(), scripts.get());
    return 0;
  }

  private static Optional<Path> path(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .filter(text -> !text.isEmpty())
        .map(Path::of);
  }

  private void measure(Path kubeconfig, Path scripts) throws IOException, InterruptedException {
    Report report = new Report(System.err);
    Path folder = Files.createTempDirectory("loadline-scale");
    Machine machine = Machine.read();
    try (ScaleCluster cluster = new ScaleCluster(kubeconfig, scripts, top.resolve("crds"), tests);
        ScaleBench bench =
            new ScaleBench(
                cluster,
                new ScaleTests(cluster.client(), tests, ScaleBench.RUN_SECONDS),
                new AuditLog(audit, ScaleCluster.USER),
                folder,
                java)) {
      for (Map.Entry<String, ScaleSection> section : all().entrySet()) {
        if (sections.isEmpty() || sections.contains(section.getKey())) {
          section.getValue().run(bench, report);
        }
      }
    }
    String text =
        report.markdown(
            "%s, %s; %,d tests; API server, etcd, controllers, scheduler and operator share the CPUs.%n"
                .formatted(LocalDate.now(ZoneOffset.UTC), machine.describe(), tests));
    System.out.println(text);
    if (output.isPresent()) {
      Files.writeString(output.get(), text);
    }
  }
}
