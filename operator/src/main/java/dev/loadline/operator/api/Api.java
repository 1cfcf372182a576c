package dev.loadline.operator.api;

import java.util.Set;

/** Names of the API group, its kinds and the labels and annotations that the operator writes. */
public final class Api {
  /** API group. */
  public static final String GROUP = "loadline.dev";

  /** API version. */
  public static final String VERSION = "v1alpha1";

  /** Kind of a test. */
  public static final String LOAD_TEST = "LoadTest";

  /** Kind of a run. */
  public static final String LOAD_TEST_RUN = "LoadTestRun";

  /** Label on runs, Jobs and pods: name of the test; absent on ad-hoc runs. */
  public static final String TEST_LABEL = GROUP + "/test";

  /** Label on Jobs and pods: name of the run. */
  public static final String RUN_LABEL = GROUP + "/run";

  /** Label on Jobs and pods: number of the attempt. */
  public static final String ATTEMPT_LABEL = GROUP + "/attempt";

  /** Annotation on Jobs and pods: host and port that they load. */
  public static final String TARGET_ANNOTATION = GROUP + "/target";

  /** Annotation on runs: generation of the test that they are a copy of. */
  public static final String GENERATION_ANNOTATION = GROUP + "/test-generation";

  /** Annotation on a run that was made by hand, once it was seen: its own name and UID. */
  public static final String RUN_ANNOTATION = GROUP + "/run-uid";

  /** Why a run that never began was missed. */
  public static final Set<String> MISSED_RUN =
      Set.of("TargetBusy", "DeadlineExceeded", "OperatorDown");

  /** Annotation on a run that was told to stop since the next one of its test is due. */
  public static final String REPLACED_ANNOTATION = GROUP + "/replaced";

  /** Values of {@code trigger}. */
  public static final String TRIGGER_SCHEDULE = "Schedule";

  /** The run was asked for by {@code runNow.token}. */
  public static final String TRIGGER_RUN_NOW = "RunNow";

  /** The only run of a test without a schedule. */
  public static final String TRIGGER_ONCE = "Once";

  /** No test made the run. */
  public static final String TRIGGER_MANUAL = "Manual";

  /** Duration pattern: one to four numbers with units, as Kubernetes prints durations. */
  public static final String DURATION = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h)){1,4}$";

  /** A number above 0 as text, at most nine digits before and after the point. */
  public static final String POSITIVE =
      "^([0-9]{0,8}[1-9][0-9]{0,8}([.][0-9]{1,9})?|0{1,8}[.][0-9]{0,8}[1-9][0-9]{0,8})$";

  /** DNS label (RFC 1123). */
  public static final String NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

  /** Name of an object: a DNS subdomain (RFC 1123), at most 253 characters. */
  public static final String OBJECT_NAME =
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

  /** Key of a label, an annotation or a taint: a name of at most 63, after a domain if there is. */
  public static final String LABEL_KEY =
      "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
          + "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

  /** Value of a label, at most 63 characters; may be empty. */
  public static final String LABEL_VALUE = "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$";

  /** Key of a Secret or ConfigMap, at most 253 characters. */
  public static final String DATA_KEY = "^[-._a-zA-Z0-9]+$";

  /** Name of an environment variable. */
  public static final String VARIABLE = "^[-._a-zA-Z][-._a-zA-Z0-9]*$";

  /** A quantity of Kubernetes that is not negative. */
  public static final String QUANTITY =
      "^[+]?([0-9]{1,18}([.][0-9]{0,9})?|[.][0-9]{1,9})"
          + "(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?[0-9]{1,2})?$";

  /** Name of a request header (RFC 9110, a token). */
  public static final String HEADER_NAME = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$";

  /** Value of a request header. */
  public static final String HEADER_VALUE = "^[\\x20-\\x7e]*$";

  /** Path of a URL, or nothing. */
  public static final String BASE_PATH = "^(/[A-Za-z0-9._~-]+)*/?$";

  /** Path of a file below a folder; no part of it begins with a dot. */
  public static final String FILE_PATH =
      "^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$";

  /** A second in UTC (RFC 3339). */
  public static final String INSTANT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$";

  private Api() {}
}
