package dev.loadline.runner.http;

import java.util.Optional;

/** What a look at the target found; sentences and version are for users and hold no secret. */
public sealed interface ProbeResult {
  /**
   * The target answers and serves the model.
   *
   * @param model name to send with each request; the server's own words, not fit to be shown
   * @param engine the engine, {@link EngineProfile#OPENAI} if it cannot be told
   * @param version the engine's version, if it says
   */
  record Ready(String model, EngineProfile engine, Optional<String> version)
      implements ProbeResult {}

  /** Why no load can be sent. */
  sealed interface NotReady extends ProbeResult {
    /** For the user. */
    String sentence();
  }

  /** The host is unknown, or what answers there is not the API. */
  record NotFound(String sentence) implements NotReady {}

  /** Nothing answered in time: no connection, or no whole answer on it. */
  record Unreachable(String sentence) implements NotReady {}

  /** The target refuses the key. */
  record Unauthorized(String sentence) implements NotReady {}

  /** The target answers and does not list the model, or no name was given and it lists several. */
  record ModelNotServed(String sentence) implements NotReady {}

  /** The target answered all the time that it is not ready. */
  record Timeout(String sentence) implements NotReady {}
}
