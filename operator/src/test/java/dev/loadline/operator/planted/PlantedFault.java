package dev.loadline.operator.planted;

import dev.loadline.operator.verdict.Judgement;
import dev.loadline.operator.verdict.Judgement.Check;
import java.io.IOException;
import java.nio.file.Path;

/** A fault that is done to a measurement, and the check that must see it. */
enum PlantedFault {
  /** As in a container with a CPU limit that is too low. */
  THROTTLED(
      Check.GeneratorSaturated,
      "throttled periods",
      folder -> {
        try (CpuLimit limit = new CpuLimit(0.2)) {
          return open(40).startedBy(limit.launcher()).run(folder);
        }
      }),
  /** Other processes take the only core for half a second now and then. */
  CORE_TAKEN(
      Check.GeneratorSaturated,
      "loop delay",
      folder -> open(40).startedBy("taskset", "-c", "0").beside(PlantedFault.TAKES).run(folder)),
  /** The whole process stands still for 200 ms now and then. */
  STOPPED_OPEN(
      Check.GeneratorSaturated,
      "send lag",
      folder -> open(40).beside(PlantedFault.STOPS).run(folder)),
  /** The same in a closed loop, where no request is late by its own account. */
  STOPPED_CLOSED(
      Check.GeneratorSaturated,
      "loop delay",
      folder -> closed(8).beside(PlantedFault.STOPS).run(folder)),
  /** Millions of objects are collected all at once now and then. */
  LONG_PAUSES(
      Check.GeneratorSaturated,
      "longest pause",
      folder -> open(40).startedBy(Hoard.launcher(folder)).run(folder)),
  /** A hypervisor gives a tenth of the machine's CPU time to others. */
  STOLEN(
      Check.GeneratorSaturated,
      "stolen CPU",
      folder -> {
        StolenTime stolen = new StolenTime(folder);
        return open(40).startedBy(stolen.launcher()).beside(stolen.report()).run(folder);
      }),
  /** More than one core can read. */
  TOO_MUCH(
      Check.GeneratorSaturated,
      "loop",
      folder ->
          closed(500)
              .against("--ttft=1ms", "--itl=0ms")
              .startedBy("taskset", "-c", "0")
              .run(folder)),
  /** The network has fewer local ports than there are requests in flight. */
  NO_PORTS(
      Check.ClientPorts,
      "local port",
      folder -> {
        try (NetworkOfFewPorts network = new NetworkOfFewPorts(24)) {
          return open(20).against("--ttft=3s").in(network.launcher()).run(folder);
        }
      }),
  /** The runner has fewer users than it was asked for. */
  USERS_MISSING(
      Check.RateNotAchieved,
      "of 8 users",
      folder -> closed(8).told(plan -> replace(plan, "\"users\":8", "\"users\":7")).run(folder)),
  /** The runner was told nine tenths of the rate that it was asked for. */
  RATE_MISSED(
      Check.RateNotAchieved,
      "at 40 per second",
      folder ->
          new Trial(spec("requestsPerSecond: 40, arrival: Constant", "p50"))
              .told(plan ->
                  replace(plan, "\"requestsPerSecond\":\"40\"", "\"requestsPerSecond\":\"36\""))
              .run(folder)),
  /** The runner sends at equal distances what should be a Poisson process. */
  OTHER_LAW(
      Check.ArrivalProcessOff,
      "variation of gaps",
      folder -> open(40).told(plan -> replace(plan, "\"Poisson\"", "\"Constant\"")).run(folder)),
  /** The runner sends bursts in its place. */
  BURSTS(
      Check.ArrivalProcessOff,
      "variation of gaps",
      folder ->
          new Trial(spec("requestsPerSecond: 40, arrival: Gamma, burstiness: 1", "p50"))
              .told(plan -> replace(plan, "\"burstiness\":1.0", "\"burstiness\":0.1"))
              .run(folder)),
  /** The server reports a fifth more tokens than it sent. */
  USAGE_TOO_HIGH(
      Check.TokenCountMismatch,
      "output tokens",
      folder -> closed(8).against("--usage-factor=1.2").run(folder)),
  /** The server reports a fifth less. */
  USAGE_TOO_LOW(
      Check.TokenCountMismatch,
      "output tokens",
      folder -> open(20).against("--usage-factor=0.8").run(folder)),
  /** The server reports a tenth more of the prompts than it got, less than its template is long. */
  PROMPT_USAGE_TOO_HIGH(
      Check.TokenCountMismatch,
      "prompt tokens",
      folder ->
          new Trial(spec("{synthetic: {inputTokens: 512, outputTokens: 16}}", "users: 8", "p50"))
              .against("--prompt-usage-factor=1.1", "--template-tokens=70")
              .run(folder)),
  /** An earlier run has left the same prompts in the server's cache. */
  WARM_CACHE(
      Check.PrefixCacheContaminated,
      "came from the server's cache",
      folder -> {
        String prompts = "{synthetic: {inputTokens: 256, outputTokens: 16}, cacheIsolation: None}";
        return new Trial(spec(prompts, "users: 8", "p50"))
            .against("--prefix-cache=on")
            .times(2)
            .run(folder);
      }),
  /** An objective on a percentile that the sample is too small for. */
  TOO_FEW_SAMPLES(
      Check.TooFewSamples,
      "samples for objective fast",
      folder -> new Trial(spec("requestsPerSecond: 10", "p99")).run(folder)),
  /** Nothing is due within the window. */
  NOTHING_DUE(
      Check.ZeroRequests,
      "no request in only",
      folder -> new Trial(spec("requestsPerSecond: 0.01, arrival: Constant", "p50")).run(folder)),
  /** The server never answers, so that no user sends a request in the window. */
  SERVER_HANGS(
      Check.ZeroRequests,
      "the server did not answer",
      folder -> closed(8).against("--error-share=hang_before_first_token=1").run(folder));

  /** With a weight of 87 times the runner's, see sched(7), since half a core serves a runner. */
  private static final String TAKES =
      "while sleep 0.5; do"
          + " timeout 0.5 taskset -c 0 nice -n -20 sh -c 'while :; do :; done'; done";

  private static final String STOPS =
      "while sleep 2 && kill -STOP $1; do sleep 0.2; kill -CONT $1; done";

  private final Check check;
  private final String observed;

  @SuppressWarnings("ImmutableEnumChecker") // They capture nothing.
  private final Measuring measuring;

  PlantedFault(Check check, String observed, Measuring measuring) {
    this.check = check;
    this.observed = observed;
    this.measuring = measuring;
  }

  /** Measures in a folder of its own, perhaps with a fault, and judges. */
  interface Measuring {
    Judgement in(Path folder) throws IOException, InterruptedException;
  }

  /** The check that must name the reason. */
  Check check() {
    return check;
  }

  /** Words that what it observed must contain. */
  String observed() {
    return observed;
  }

  /** Measures with the fault and judges. */
  Judgement run(Path folder) throws IOException, InterruptedException {
    return measuring.in(folder);
  }

  /** A spec of one stage of six seconds with one objective that is easily met. */
  static String spec(String load, String statistic) {
    return spec("{synthetic: {inputTokens: 64, outputTokens: 16}}", load, statistic);
  }

  /** The same with another workload. */
  static String spec(String workload, String load, String statistic) {
    return """
    workload: %s
    load: {warmup: 2s, drainTimeout: 5s, stages: [{name: only, %s, duration: 6s}]}
    objectives: [{name: fast, metric: ttft, statistic: %s, max: 30s}]
    """
        .formatted(workload, load, statistic);
  }

  private static String replace(String plan, String found, String by) {
    if (!plan.contains(found)) {
      throw new AssertionError("not in the plan: " + found);
    }
    return plan.replace(found, by);
  }

  private static Trial open(int rate) {
    return new Trial(spec("requestsPerSecond: " + rate, "p50"));
  }

  private static Trial closed(int users) {
    return new Trial(spec("users: " + users, "p50"));
  }
}
