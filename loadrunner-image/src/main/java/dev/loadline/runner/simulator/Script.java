package dev.loadline.runner.simulator;

import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What one request will get, drawn when it arrives.
 *
 * @param tokens output length
 * @param endsByItself the text ends as if by an end-of-sequence token, not by its limit
 * @param fault what goes wrong, if anything
 */
record Script(int tokens, boolean endsByItself, Optional<Fault> fault) {

  static Script draw(
      CompletionRequest request, SimulatorSettings settings, SplittableRandom random) {
    Optional<Fault> fault = settings.faults().draw(random);
    boolean eos = random.nextDouble() < settings.output().eosShare() && !request.ignoreEos();
    int fewest = Math.max(1, request.minTokens());
    int tokens = eos ? random.nextInt(fewest, request.outputTokens() + 1) : request.outputTokens();
    return new Script(tokens, eos, fault);
  }

  /** vLLM's name of the reason for the end. */
  String finishReason() {
    return endsByItself ? "stop" : "length";
  }
}
