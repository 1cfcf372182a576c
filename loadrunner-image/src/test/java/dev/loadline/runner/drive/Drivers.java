package dev.loadline.runner.drive;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.Endpoint;
import dev.loadline.runner.http.EngineProfile;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.RequestEncoder;
import dev.loadline.runner.http.Timeouts;
import dev.loadline.runner.http.TlsSettings;
import dev.loadline.runner.prompt.Calibration;
import dev.loadline.runner.prompt.PromptSource;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Drivers for tests, with the real client. */
final class Drivers {
  private Drivers() {}

  static LoadDriver of(EventLoops loops, String url, RunPlan plan, Runnable loadStarts) {
    return of(loops, url, plan, Optional.empty(), Clocks.SYSTEM, loadStarts);
  }

  /** One with other clocks. */
  static LoadDriver with(Clocks clocks, EventLoops loops, String url, RunPlan plan) {
    return of(loops, url, plan, Optional.empty(), clocks, () -> {});
  }

  /** One whose plan replays a trace. */
  static LoadDriver replaying(
      EventLoops loops, String url, RunPlan plan, Optional<Replay> replay, Runnable loadStarts) {
    return of(loops, url, plan, replay, Clocks.SYSTEM, loadStarts);
  }

  /** One whose spending is to be seen. */
  static LoadDriver spending(Spending spending, EventLoops loops, String url, RunPlan plan) {
    return of(loops, url, plan, Optional.empty(), Clocks.SYSTEM, spending, () -> {});
  }

  private static LoadDriver of(
      EventLoops loops,
      String url,
      RunPlan plan,
      Optional<Replay> replay,
      Clocks clocks,
      Runnable loadStarts) {
    Spending spending = Spending.of(plan, clocks.now());
    return of(loops, url, plan, replay, clocks, spending, loadStarts);
  }

  private static LoadDriver of(
      EventLoops loops,
      String url,
      RunPlan plan,
      Optional<Replay> replay,
      Clocks clocks,
      Spending spending,
      Runnable loadStarts) {
    Path data = replay.map(Replay::file).map(Path::getParent).orElse(Path.of(""));
    Endpoint endpoint =
        Endpoint.of(url, Api.CHAT, Map.of(), TlsSettings.VERIFIED, Timeouts.DEFAULT);
    RequestEncoder encoder =
        new RequestEncoder(Api.CHAT, EngineProfile.OPENAI, "m", Optional.empty());
    PromptSource prompts = new PromptSource(plan, Calibration.NONE, data);
    return new LoadDriver(
        plan, endpoint, encoder, prompts, replay, loops, clocks, spending, loadStarts);
  }

  /** Runs the load on a thread of its own. */
  static CompletableFuture<LoadReport> inBackground(LoadDriver driver) {
    CompletableFuture<LoadReport> report = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            report.complete(driver.run());
          } catch (InterruptedException | RuntimeException e) {
            report.completeExceptionally(e);
          }
        });
    return report;
  }
}
