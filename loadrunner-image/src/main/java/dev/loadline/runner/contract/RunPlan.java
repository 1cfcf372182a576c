package dev.loadline.runner.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Everything one load runner needs to know, and nothing secret: keys and header values come from
 * the environment variables that are named here. Times are milliseconds. The plan is complete and
 * valid: the operator has parsed the user's spec and filled every default.
 *
 * @param version version of this format, {@link #VERSION}
 * @param run name of the run, for logs and metrics only
 * @param nonce random text of this run: each prompt begins with words made of it, so that a
 *     repeated run does not measure the server's prefix cache
 * @param target what to load
 * @param workload what to send
 * @param load when to send it
 * @param goodput bounds that one request must keep to count as good; empty means that every
 *     successful request is good
 * @param judged the latency metrics that objectives name: a result too large to be handed out whole
 *     keeps these longest
 * @param limits what the run may spend
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RunPlan(
    int version,
    String run,
    String nonce,
    Target target,
    Workload workload,
    Load load,
    List<RequestBound> goodput,
    List<JudgedMetric> judged,
    Limits limits) {

  /** The version that this code writes and the only one it reads. */
  public static final int VERSION = 2;

  /** Copies the lists. */
  public RunPlan {
    goodput = List.copyOf(goodput);
    judged = List.copyOf(judged);
  }

  /**
   * The endpoint under load.
   *
   * @param url scheme, host, port and base path, for example {@code http://vllm.models:8000/v1}; no
   *     trailing slash, credentials or query
   * @param model model name to send; absent means the only one that {@code /models} lists
   * @param api {@code Chat} or {@code Completions}
   * @param engine {@code Auto} or the name of an engine, as in the API
   * @param apiKeyVariable environment variable that holds the bearer token; absent means none
   * @param headers further request headers
   * @param insecureSkipVerify accept any TLS certificate
   * @param caBundle PEM certificates to trust instead of the system's
   * @param serverName name that the target's certificate must bear and that is asked for (SNI);
   *     absent means the URL's host
   * @param clientCertificate what the client proves itself with; absent means nothing
   * @param readinessTimeoutMillis how long the endpoint may take to answer and list the model
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Target(
      String url,
      Optional<String> model,
      String api,
      String engine,
      Optional<String> apiKeyVariable,
      List<Header> headers,
      boolean insecureSkipVerify,
      Optional<String> caBundle,
      Optional<String> serverName,
      Optional<ClientCertificate> clientCertificate,
      long readinessTimeoutMillis) {
    /** Copies the list. */
    public Target {
      headers = List.copyOf(headers);
    }
  }

  /**
   * A certificate of the client and its private key, both PEM texts in the environment.
   *
   * @param certificateVariable environment variable that holds the certificate, its chain after it
   * @param keyVariable environment variable that holds the key; a secret
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ClientCertificate(String certificateVariable, String keyVariable) {}

  /**
   * A request header whose value is in the environment.
   *
   * @param name header name
   * @param variable environment variable that holds its value
   * @param open whether the value stands in the spec for all to read; false if it is a secret
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Header(String name, String variable, boolean open) {}

  /**
   * The load: stages one after the other.
   *
   * @param warmupMillis each stage's load is applied this long before its window opens; what is
   *     sent then is not measured
   * @param drainTimeoutMillis how long requests in flight may go on after a window closed
   * @param connectionReuse {@code Pooled}, {@code PerUser} (closed loops only: each user keeps a
   *     connection) or {@code PerRequest} (a new connection for each request)
   * @param stages at least one
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Load(
      long warmupMillis, long drainTimeoutMillis, String connectionReuse, List<Stage> stages) {
    /** Copies the list. */
    public Load {
      stages = List.copyOf(stages);
    }

    /** The replay, if a stage is one. */
    public Optional<Shape.Replay> replay() {
      return stages.stream()
          .map(Stage::shape)
          .filter(Shape.Replay.class::isInstance)
          .map(Shape.Replay.class::cast)
          .findFirst();
    }
  }

  /**
   * One level of load.
   *
   * @param name unique within the run
   * @param shape closed or open loop
   * @param end when the window closes
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Stage(String name, Shape shape, End end) {}

  /** How requests follow one another. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Shape.Closed.class, name = "Closed"),
    @JsonSubTypes.Type(value = Shape.Open.class, name = "Open"),
    @JsonSubTypes.Type(value = Shape.Replay.class, name = "Replay")
  })
  public sealed interface Shape {
    /**
     * Closed loop.
     *
     * @param users users with one request in flight each, at least 1
     * @param rampFrom if present, this many users during the warm-up, at least 1, and from there
     *     linearly to {@code users} over the window; only with {@link End.After}
     * @param thinkTimeMillis pause of a user between an answer's end and the next request; between
     *     conversations where the workload has turns
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Closed(int users, OptionalInt rampFrom, Distribution thinkTimeMillis) implements Shape {
      /**
       * A user whose request failed sends no other until this long after the failed one was sent,
       * however soon the failure came.
       */
      public static final long PAUSE_AFTER_FAILURE_MILLIS = 50;
    }

    /**
     * Open loop: arrivals do not wait for answers.
     *
     * @param requestsPerSecond mean rate, above 0, as a decimal string so that it survives JSON
     *     exactly
     * @param rampFrom if present, the rate during the warm-up, and from there linearly to {@code
     *     requestsPerSecond} over the window; only with {@link End.After}
     * @param arrival {@code Constant}, {@code Poisson} or {@code Gamma}
     * @param burstiness shape of the Gamma law, above 0: the coefficient of variation of the gaps
     *     is {@code 1/√burstiness}, so 1 is Poisson and less is burstier; 1 for the other laws
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Open(
        String requestsPerSecond, Optional<String> rampFrom, String arrival, double burstiness)
        implements Shape {}

    /**
     * Open loop at the instants of the workload's trace; goes with {@link End.Trace}.
     *
     * @param speed how many times as fast as recorded, above 0
     * @param limit only so many of the trace's requests, the first ones; absent means all
     * @param longestMillis one that takes longer is not begun; absent means that any is
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record Replay(double speed, OptionalLong limit, OptionalLong longestMillis) implements Shape {}
  }

  /** When a stage's window closes. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = End.After.class, name = "After"),
    @JsonSubTypes.Type(value = End.Requests.class, name = "Requests"),
    @JsonSubTypes.Type(value = End.Trace.class, name = "Trace")
  })
  public sealed interface End {
    /** The window is this long. */
    record After(long millis) implements End {}

    /** The window closes when this many requests (sent in it) have ended. */
    record Requests(long count) implements End {}

    /**
     * The window closes with the trace's last request. What the trace holds before the warm-up has
     * passed is sent and not measured.
     */
    record Trace() implements End {}
  }

  /**
   * A bound that a good request keeps, derived from the objectives.
   *
   * @param metric {@code ttft}, {@code ttftScheduled}, {@code ttfo}, {@code tpot}, {@code e2e},
   *     {@code e2eScheduled} or {@code maxGap}
   * @param maxMicros largest value of a good request, microseconds
   * @param stage only in this stage; absent means in all
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record RequestBound(String metric, long maxMicros, Optional<String> stage) {
    /** The metrics that may be bounded. */
    public static final Set<RunResult.Metric> METRICS =
        Set.of(
            RunResult.Metric.ttft,
            RunResult.Metric.ttftScheduled,
            RunResult.Metric.ttfo,
            RunResult.Metric.tpot,
            RunResult.Metric.e2e,
            RunResult.Metric.e2eScheduled,
            RunResult.Metric.maxGap);
  }

  /**
   * A latency metric that an objective names.
   *
   * @param metric name of a {@link RunResult.Metric}
   * @param stage only in this stage; absent means in all
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record JudgedMetric(String metric, Optional<String> stage) {}

  /**
   * What a run may spend. Whatever is reached first ends the load as a window's end does: nothing
   * more is sent, what is in flight is drained, and no further stage begins.
   *
   * @param requests so many requests of the load are sent at most, those of warm-ups included
   * @param outputTokens the load ends once so many tokens have been received: those of warm-ups, of
   *     drains and of requests that failed included, as the server counts them, and an event as one
   *     until it does
   * @param runnerMillis the result is written before the runner's process is that old: the load
   *     ends the drain and {@link #END_MILLIS} earlier
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Limits(
      OptionalLong requests, OptionalLong outputTokens, OptionalLong runnerMillis) {
    /** No limit. */
    public static final Limits NONE =
        new Limits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

    /** What the runner's process needs after its last drain, to write its result and to end. */
    public static final long END_MILLIS = 5_000;
  }
}
