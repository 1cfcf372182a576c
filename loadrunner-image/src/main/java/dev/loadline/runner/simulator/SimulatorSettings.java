package dev.loadline.runner.simulator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * All that a simulator is told.
 *
 * @param model the one model that it serves
 * @param contextLength most prompt and output tokens of one request
 * @param templateTokens tokens that its chat template adds in front of each chat prompt
 * @param prefixCache whether cached tokens are counted and reported; the timing never changes
 * @param key if present, what requests to {@code /v1} must bring
 * @param timing when tokens are sent
 * @param output what is sent
 * @param faults which share of the requests goes wrong
 * @param listener where it listens
 */
public record SimulatorSettings(
    String model,
    int contextLength,
    int templateTokens,
    boolean prefixCache,
    Optional<BearerKey> key,
    Timing timing,
    Output output,
    FaultShares faults,
    Listener listener) {

  /** Checks the model and the context. */
  public SimulatorSettings {
    require(!model.isEmpty(), "The model needs a name.");
    require(contextLength >= 2, "The context length must be at least 2.");
    require(templateTokens >= 0, "The number of template tokens must not be negative.");
  }

  /**
   * When tokens are sent.
   *
   * @param ttft from the request's last byte, or from a free place, to the first token
   * @param itl from one token to the next
   * @param startupDelay how long it answers 503 after its start
   * @param concurrency requests that are answered at a time; others wait
   * @param seed of all draws
   */
  public record Timing(Delay ttft, Delay itl, Duration startupDelay, int concurrency, long seed) {
    /** Checks the concurrency. */
    public Timing {
      require(concurrency >= 1, "The concurrency must be at least 1.");
    }
  }

  /**
   * What is sent.
   *
   * @param tokens output length if the client names none
   * @param reasoning the first so many tokens of a streamed chat answer are reasoning
   * @param eosShare share of the requests without {@code ignore_eos} that end before their limit
   * @param bundle tokens in one event; an event follows the one before after as many token times
   * @param lineEnding how lines end
   * @param usage where token counts go
   * @param factors how usage lies
   */
  public record Output(
      int tokens,
      int reasoning,
      double eosShare,
      int bundle,
      LineEnding lineEnding,
      UsageMode usage,
      UsageFactors factors) {
    /** Checks the numbers. */
    public Output {
      require(tokens >= 1, "The number of tokens must be at least 1.");
      require(reasoning >= 0, "The number of reasoning tokens must not be negative.");
      require(eosShare >= 0 && eosShare <= 1, "The EOS share must lie between 0 and 1.");
      require(bundle >= 1, "A bundle must hold at least 1 token.");
    }
  }

  /**
   * What usage multiplies the true token counts with; 1 is the truth.
   *
   * @param input for prompt tokens
   * @param output for output tokens
   */
  public record UsageFactors(double input, double output) {
    /** Checks that both are numbers above 0. */
    public UsageFactors {
      require(
          input > 0 && output > 0 && input + output < Double.POSITIVE_INFINITY,
          "The factors of usage must lie above 0.");
    }

    int input(int tokens) {
      return (int) Math.round(tokens * input);
    }

    int output(int tokens) {
      return (int) Math.round(tokens * output);
    }
  }

  /**
   * Where it listens.
   *
   * @param host name or address of the interface
   * @param port 0 takes any free port
   * @param certificate PEM file of the certificate chain; with it the simulator speaks TLS
   * @param privateKey PEM file of the PKCS #8 key that belongs to it
   */
  public record Listener(
      String host, int port, Optional<Path> certificate, Optional<Path> privateKey) {
    /** Checks host and port, and that both files of TLS are named or none. */
    public Listener {
      require(!host.isBlank(), "The host needs a name or an address.");
      require(port >= 0 && port <= 65_535, "The port must lie between 0 and 65535.");
      require(
          certificate.isPresent() == privateKey.isPresent(),
          "TLS needs both --tls-certificate and --tls-key.");
    }
  }

  /**
   * Settings from options as on the command line, for example {@code --ttft=20ms}.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static SimulatorSettings parse(String... options) {
    return SimulatorOptions.parse(options).settings(Map.of());
  }

  private static void require(boolean condition, String sentence) {
    if (!condition) {
      throw new IllegalArgumentException(sentence);
    }
  }
}
