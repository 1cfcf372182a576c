package dev.loadline.benchmark;

import dev.loadline.benchmark.Bench.Sample;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What 5,000 streams take: memory while they run, CPU while nothing comes. */
final class MemorySection implements Section {
  private static final int STREAMS = 5_000;

  @Override
  public void run(Bench bench, Report report) throws IOException, InterruptedException {
    report.doing("memory at 5,000 streams");
    Sample running = at(Script.paced(10), bench);
    report.add(
        Figure.of(
            "RSS at 5,000 streams",
            "MB",
            List.of(running.residentMegabytes()),
            Goal.atMost(350, 200)));
    report.doing("5,000 streams on which nothing comes");
    Duration never = Duration.ofMinutes(2);
    Sample idle = at(new Script(never, Duration.ZERO, never, 2), bench);
    report.add(
        Figure.of(
            "CPU of an idle stream, per second",
            "µs",
            List.of(idle.clientCpuSeconds() * 1e6 / idle.seconds() / STREAMS)));
  }

  private static Sample at(Script script, Bench bench) throws IOException, InterruptedException {
    try (RunnerProcess client =
        bench.runner(
            Plans.closed(
                bench.server().url(script), script, STREAMS, bench.settle(), bench.window()))) {
      return bench.watch(client);
    }
  }
}
