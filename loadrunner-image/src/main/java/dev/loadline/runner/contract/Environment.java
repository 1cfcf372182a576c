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

  /**
   * Address on which they are served; default {@code 0.0.0.0}, all of a pod's. Local mode sets
   * {@code 127.0.0.1}.
   */
  public static final String METRICS_HOST = "LOADLINE_METRICS_HOST";

  /**
   * The folder below which the workload's files lie, mounted read-only; default {@value
   * #DATA_DEFAULT}.
   */
  public static final String DATA = "LOADLINE_DATA";

  /**
   * What a problem with the workload's file begins with, before the file's own name: where the user
   * named it. Nothing by default.
   */
  public static final String DATA_SOURCE = "LOADLINE_DATA_SOURCE";

  /** Where a pod has them. */
  public static final String DATA_DEFAULT = "/var/run/loadline/data";

  /** The client's certificate for the target, PEM, if it needs one. */
  public static final String CLIENT_CERTIFICATE = "LOADLINE_CLIENT_CERTIFICATE";

  /** Its private key, PEM. */
  public static final String CLIENT_KEY = "LOADLINE_CLIENT_KEY";

  /** Bearer token of the target, if it has one. */
  public static final String API_KEY = "LOADLINE_API_KEY";

  /** Header values: this prefix and the header's index in the plan. */
  public static final String HEADER_PREFIX = "LOADLINE_HEADER_";

  /** {@code json} (default where standard output is no terminal) or {@code text}. */
  public static final String LOG_FORMAT = "LOADLINE_LOG_FORMAT";

  /** Least level that is logged, {@code INFO} by default; {@code DEBUG} adds stack traces. */
  public static final String LOG_LEVEL = "LOADLINE_LOG_LEVEL";

  /**
   * How long the client warms itself up before the first request, milliseconds; default 10000. With
   * less, the first seconds of a measurement without a warm-up of its own are less exact.
   */
  public static final String CLIENT_WARMUP_MILLIS = "LOADLINE_CLIENT_WARMUP_MILLIS";

  /**
   * Anything but nothing: the program ends when its standard input does, so that it does not
   * outlive the one that started it. Local mode sets it; a pod's standard input is empty from the
   * start.
   */
  public static final String STOP_WITH_INPUT = "LOADLINE_STOP_WITH_INPUT";

  private Environment() {}
}
