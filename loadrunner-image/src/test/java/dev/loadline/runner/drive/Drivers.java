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
}
