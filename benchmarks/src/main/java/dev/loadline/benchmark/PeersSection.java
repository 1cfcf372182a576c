package dev.loadline.benchmark;

import dev.loadline.runner.contract.RunResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the runner reports of a server whose TTFT is 200 ms, whatever the load. */
final class PeersSection implements Section {
  @Override
  public void run(Bench bench, Report report) throws IOException, InterruptedException {
    Script script = new Script(Duration.ofMillis(200), Duration.ZERO, Duration.ofMillis(20), 64);
    List<String> rows = new ArrayList<>();
    rows.add(WatchedWindow.head("users", "busy share | loop delay p99, ms | verdict"));
    for (int users : new int[] {16, 100, 500, 1_000}) {
      report.doing(users + " users");
      rows.add(row(users, script, bench));
    }
    report.add("Users on one core, TTFT 200 ms, ITL 20 ms, 64 tokens", rows);
  }

  private static String row(int users, Script script, Bench bench)
      throws IOException, InterruptedException {
    Duration warmup = bench.settle();
    Duration window = bench.window();
    try (RunnerProcess client =
        bench.runner(Plans.closed(bench.server().url(script), script, users, warmup, window))) {
      long open = bench.awaitFirstRequest(client) + warmup.toNanos();
      Bench.Sample sample = bench.watchWindow(client, open, window);
      RunResult result = client.result();
      long delay = result.generator().loopDelayP99Micros().orElseThrow();
      return new WatchedWindow(result.stages().getFirst(), sample)
          .row(
              "%,d".formatted(users),
              "%s | %s | %s"
                  .formatted(
                      Figure.text(sample.clientShare()),
                      WatchedWindow.millis(delay),
                      Validity.ofUsers(users, warmup, window, result)));
    }
  }
}
