package dev.loadline.runner.simulator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The simulator's options on the command line; picocli writes to the fields. */
final class SimulatorOptions {
  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Address to listen on; 0.0.0.0 in a container.")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      converter = Converters.IntegerConverter.class,
      paramLabel = "PORT",
      description = "Port to listen on; 0 takes any free one.")
  private int port = 8000;

  @Option(names = "--model", paramLabel = "NAME", description = "The model that it serves.")
  private String model = "simulated";

  @Option(
      names = "--ttft",
      converter = Converters.DelayConverter.class,
      paramLabel = "DELAY",
      description =
          "Time to first token: 200ms, uniform:150ms..250ms,"
              + " normal:200ms,20ms (mean, deviation) or exponential:200ms.")
  private Delay ttft = new Delay.Fixed(Duration.ofMillis(200));

  @Option(
      names = "--itl",
      converter = Converters.DelayConverter.class,
      paramLabel = "DELAY",
      description = "Time between tokens, written in the same way.")
  private Delay itl = new Delay.Fixed(Duration.ofMillis(20));

  @Option(
      names = "--tokens",
      converter = Converters.IntegerConverter.class,
      paramLabel = "N",
      description = "Output length if the client names none.")
  private int tokens = 128;

  @Option(
      names = "--reasoning",
      converter = Converters.IntegerConverter.class,
      paramLabel = "TOKENS",
      description = "The first so many tokens of a streamed chat answer are reasoning.")
  private int reasoning;

  @Option(
      names = "--eos-share",
      converter = Converters.ShareConverter.class,
      paramLabel = "SHARE",
      description =
          "Share (0 to 1) of the requests without ignore_eos that end before their limit.")
  private double eosShare;

  @Option(
      names = "--bundle",
      converter = Converters.IntegerConverter.class,
      paramLabel = "N",
      description = "Tokens per event.")
  private int bundle = 1;

  @Option(
      names = "--line-ending",
      paramLabel = "LF|CRLF",
      description = "How the lines of a stream end.")
  private LineEnding lineEnding = LineEnding.LF;

  @Option(
      names = "--usage",
      converter = Converters.UsageConverter.class,
      paramLabel = "MODE",
      description = "Where token counts go if asked for: end, every-chunk, last-chunk or none.")
  private UsageMode usage = UsageMode.END;

  @Option(
      names = "--usage-factor",
      converter = Converters.FactorConverter.class,
      paramLabel = "FACTOR",
      description = "What usage multiplies the output tokens with: other than 1, it lies.")
  private double usageFactor = 1;

  @Option(
      names = "--prompt-usage-factor",
      converter = Converters.FactorConverter.class,
      paramLabel = "FACTOR",
      description = "The same of the prompt tokens.")
  private double promptUsageFactor = 1;

  @Option(
      names = "--error-share",
      converter = Converters.FaultConverter.class,
      paramLabel = "CLASS=SHARE",
      showDefaultValue = CommandLine.Help.Visibility.NEVER,
      description =
          "Share (0 to 1) of the requests that go wrong, repeatable. Classes: http_500, overload,"
              + " unauthorized, not_found, context_length, stream_error, truncated, empty, reset,"
              + " hang_before_first_token, stall.")
  private List<Map.Entry<Fault, Double>> errorShares = new ArrayList<>();

  @Option(
      names = "--startup-delay",
      converter = Converters.DurationConverter.class,
      paramLabel = "DURATION",
      defaultValue = "0",
      description = "How long it answers 503 after its start.")
  private Duration startupDelay = Duration.ZERO;

  @Option(
      names = "--api-key-variable",
      paramLabel = "NAME",
      description = "Environment variable that holds the key which requests must bring.")
  private @Nullable String apiKeyVariable;

  @Option(
      names = "--concurrency",
      converter = Converters.IntegerConverter.class,
      paramLabel = "N",
      description = "Requests answered at a time; others wait, and their waiting counts into TTFT.")
  private @Nullable Integer concurrency;

  @Option(
      names = "--context-length",
      converter = Converters.IntegerConverter.class,
      paramLabel = "TOKENS",
      description = "Most prompt and output tokens of a request.")
  private int contextLength = 131_072;

  @Option(
      names = "--template-tokens",
      converter = Converters.IntegerConverter.class,
      paramLabel = "TOKENS",
      description = "Tokens that the chat template adds in front of each chat prompt.")
  private int templateTokens;

  @Option(
      names = "--prefix-cache",
      paramLabel = "on|off",
      converter = Converters.SwitchConverter.class,
      description = "Count and report the prompt tokens seen before, in blocks of 64 words.")
  private Converters.Switch prefixCache = Converters.Switch.OFF;

  @Option(
      names = "--seed",
      converter = Converters.LongConverter.class,
      paramLabel = "SEED",
      description = "Seed of all draws.")
  private long seed = 1;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "PEM file of the certificate: speak TLS.")
  private @Nullable Path tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "PEM file of the certificate's PKCS #8 key.")
  private @Nullable Path tlsKey;

  /**
   * Reads options as on the command line.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  static SimulatorOptions parse(String... options) {
    SimulatorOptions parsed = new SimulatorOptions();
    CommandLine commandLine = new CommandLine(CommandLine.Model.CommandSpec.create());
    commandLine.addMixin("simulator", parsed);
    try {
      commandLine.parseArgs(options);
      return parsed;
    } catch (CommandLine.ParameterException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * The settings.
   *
   * @param environment where the key is looked up
   * @throws IllegalArgumentException with a sentence for the user
   */
  SimulatorSettings settings(Map<String, String> environment) {
    return new SimulatorSettings(
        model,
        contextLength,
        templateTokens,
        prefixCache == Converters.Switch.ON,
        Optional.ofNullable(apiKeyVariable).map(name -> key(name, environment)),
        new SimulatorSettings.Timing(
            ttft, itl, startupDelay, concurrency == null ? Integer.MAX_VALUE : concurrency, seed),
        new SimulatorSettings.Output(
            tokens,
            reasoning,
            eosShare,
            bundle,
            lineEnding,
            usage,
            new SimulatorSettings.UsageFactors(promptUsageFactor, usageFactor)),
        FaultShares.of(errorShares),
        new SimulatorSettings.Listener(
            host, port, Optional.ofNullable(tlsCertificate), Optional.ofNullable(tlsKey)));
  }

  private static BearerKey key(String name, Map<String, String> environment) {
    String value = environment.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          "--api-key-variable names \"" + name + "\", which is not set in the environment.");
    }
    return new BearerKey(value);
  }
}
