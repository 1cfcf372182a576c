package dev.loadline.runner.http;

import java.time.Duration;
import java.util.Optional;

/** Looks at the target before it is loaded. */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class TargetProbe {
  /**
   * Waits until the endpoint lists its models, then finds out model, engine and version.
   *
   * @param model the wanted model; absent means the only one listed
   * @param engine the engine, if the user named it; absent means to detect it
   * @param readinessTimeout how long the endpoint may take to answer and list the model
   */
  public ProbeResult probe(
      Optional<String> model, Optional<EngineProfile> engine, Duration readinessTimeout)
      throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** A probe of this endpoint that uses one of the loops. */
  public TargetProbe(EventLoops loops, Endpoint endpoint) {}
}
