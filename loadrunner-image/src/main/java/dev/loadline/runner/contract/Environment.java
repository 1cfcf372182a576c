package dev.loadline.runner.contract;

/**
 * Names of the environment variables between operator and load runner. Part of the contract: a
 * change here is a change of {@link RunPlan#VERSION}.
 */
public final class Environment {
  /** The {@link RunPlan} as JSON. */
  public static final String PLAN = "LOADLINE_PLAN";

  /** A file that holds the plan instead; wins over nothing, is refused beside {@link #PLAN}. */
  public static final String PLAN_FILE = "LOADLINE_PLAN_FILE";

  /** Where the result goes; default {@code /dev/termination-log}. */
  public static final String TERMINATION_LOG = "LOADLINE_TERMINATION_LOG";

  /** Port of {@code /metrics} and {@code /readyz}; default 8080, 0 means any free one. */
  public static final String METRICS_PORT = "LOADLINE_METRICS_PORT";

  /** Bearer token of the target, if it has one. */
  public static final String API_KEY = "LOADLINE_API_KEY";

  /** Header values: this prefix and the header's index in the plan. */
  public static final String HEADER_PREFIX = "LOADLINE_HEADER_";

  /** {@code json} (default where standard output is no terminal) or {@code text}. */
  public static final String LOG_FORMAT = "LOADLINE_LOG_FORMAT";

  private Environment() {}
}
