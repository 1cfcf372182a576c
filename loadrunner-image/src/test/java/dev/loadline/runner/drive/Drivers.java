package dev.loadline.runner.drive;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.Endpoint;
import dev.loadline.runner.http.EngineProfile;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.RequestEncoder;
import dev.loadline.runner.http.Timeouts;
import dev.loadline.runner.http.TlsSettings;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Drivers for tests, with the real client. */
final class Drivers {
  private Drivers() {}

  static LoadDriver of(EventLoops loops, String url, RunPlan plan, Runnable loadStarts) {
    Endpoint endpoint =
        Endpoint.of(url, Api.CHAT, Map.of(), TlsSettings.VERIFIED, Timeouts.DEFAULT);
    RequestEncoder encoder =
        new RequestEncoder(Api.CHAT, EngineProfile.OPENAI, "m", Optional.empty());
    return new LoadDriver(plan, endpoint, encoder, loops, Clocks.SYSTEM, loadStarts);
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
