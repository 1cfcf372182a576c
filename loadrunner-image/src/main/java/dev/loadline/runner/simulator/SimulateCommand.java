package dev.loadline.runner.simulator;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simulate}: runs a simulator until it is told to stop, then prints what it really sent. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeOnInvalidInput = 64,
    description = {
      "An OpenAI-compatible server of exactly known timing, to test against.",
      "GET /simulator/truth says what it really sent, POST /simulator/reset forgets it."
    })
public final class SimulateCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(SimulateCommand.class);
  private static final long HOOK_SECONDS = 5;

  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  @Spec private @Nullable CommandSpec spec;
  @Mixin private final SimulatorOptions options = new SimulatorOptions();

  @Option(
      names = "--duration",
      converter = Converters.DurationConverter.class,
      paramLabel = "DURATION",
      description = "Stop by itself after this time.")
  private @Nullable Duration duration;

  /** For picocli. */
  public SimulateCommand() {}

  /** Runs until the duration has passed or the JVM is told to end. */
  @Override
  public Integer call() throws InterruptedException {
    CommandSpec command = Objects.requireNonNull(spec);
    PrintWriter out = command.commandLine().getOut();
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook = new Thread(() -> stopAndWait(stop, stopped), "simulator-shutdown");
    try (Simulator simulator = start(command)) {
      Runtime.getRuntime().addShutdownHook(hook);
      out.println("Simulator listening on " + simulator.url());
      out.flush();
      boolean told = await(stop);
      out.println(told ? "Stopped." : "Stopped after " + DurationText.format(limit()) + ".");
      out.print(simulator.truth().table());
      out.flush();
    } finally {
      stopped.countDown();
    }
    return 0;
  }

  private Simulator start(CommandSpec command) {
    try {
      SimulatorSettings settings = options.settings(System.getenv());
      Rehearsal.run();
      return Simulator.start(settings);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private Duration limit() {
    return duration == null ? FOR_EVER : duration;
  }

  private boolean await(CountDownLatch stop) throws InterruptedException {
    return stop.await(limit().toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void stopAndWait(CountDownLatch stop, CountDownLatch stopped) {
    stop.countDown();
    try {
      if (!stopped.await(HOOK_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the report could not be printed in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
