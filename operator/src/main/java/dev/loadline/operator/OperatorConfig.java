package dev.loadline.operator;

import dev.loadline.operator.kube.Leadership;
import dev.loadline.operator.kube.RunnerDefaults;
import dev.loadline.operator.plan.Limits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All settings of the operator, parsed once from the environment.
 *
 * @param namespaces where it looks for tests; empty means everywhere
 * @param runner what runner pods get where the test says nothing
 * @param caps no run may spend more
 * @param management where {@code /metrics}, {@code /livez} and {@code /readyz} answer
 * @param lease which several operators share, so that one of them works; empty for the only one
 */
public record OperatorConfig(
    Set<String> namespaces,
    RunnerDefaults runner,
    Limits caps,
    InetSocketAddress management,
    Optional<Leadership.Settings> lease) {

  /** Version of the operator and of the load runner that it starts by default. */
  public static final String VERSION = "0.1.0";

  /** Where to look, comma-separated; empty: everywhere. */
  static final String NAMESPACES = "LOADLINE_NAMESPACES";

  /** Image of the load runner. */
  static final String RUNNER_IMAGE = "LOADLINE_RUNNER_IMAGE";

  /** When it is pulled: {@code Always}, {@code IfNotPresent} or {@code Never}. */
  static final String PULL_POLICY = "LOADLINE_RUNNER_IMAGE_PULL_POLICY";

  /** Names of Secrets to pull it with, comma-separated. */
  static final String PULL_SECRETS = "LOADLINE_RUNNER_IMAGE_PULL_SECRETS";

  /** Labels that nodes with GPUs carry, comma-separated. */
  static final String GPU_NODE_LABELS = "LOADLINE_GPU_NODE_LABELS";

  /** No run may send more requests. */
  static final String MOST_REQUESTS = "LOADLINE_MAX_REQUESTS";

  /** No run may receive more output tokens. */
  static final String MOST_OUTPUT_TOKENS = "LOADLINE_MAX_OUTPUT_TOKENS";

  /** No load runner may become older: a duration. */
  static final String LONGEST_POD_TIME = "LOADLINE_MAX_RUNNER_POD_TIME";

  /** Port of {@code /metrics}, {@code /livez} and {@code /readyz}. */
  static final String MANAGEMENT_PORT = "LOADLINE_MANAGEMENT_PORT";

  /** The Lease that operators share, as {@code namespace/name}; empty: there is no other one. */
  static final String LEASE = "LOADLINE_LEASE";

  /** Name of the pod, which is what the Lease's holder is called. */
  static final String POD_NAME = "LOADLINE_POD_NAME";

  /** {@code json} or {@code text}; default: text on a terminal, json elsewhere. */
  static final String LOG_FORMAT = "LOADLINE_LOG_FORMAT";

  private static final String PREFIX = "LOADLINE_";
  private static final List<String> KNOWN =
      List.of(
          NAMESPACES,
          RUNNER_IMAGE,
          PULL_POLICY,
          PULL_SECRETS,
          GPU_NODE_LABELS,
          MOST_REQUESTS,
          MOST_OUTPUT_TOKENS,
          LONGEST_POD_TIME,
          MANAGEMENT_PORT,
          LEASE,
          POD_NAME,
          LOG_FORMAT);
  private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
  private static final List<String> GPU_LABELS =
      List.of("nvidia.com/gpu.present", "amd.com/gpu.present");
  private static final RunnerDefaults DEFAULTS =
      new RunnerDefaults("loadline/runner:" + VERSION, "IfNotPresent", List.of(), GPU_LABELS);
  private static final int DEFAULT_PORT = 8080;
  private static final int HIGHEST_PORT = 65535;

  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
  private static final Pattern LEASE_NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/" + NAME.pattern());
  private static final Pattern LABEL =
      Pattern.compile("([a-z0-9][-a-z0-9.]{0,251}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,14}");
  private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][-A-Za-z0-9_./:@]{0,511}");

  /** Copies the set. */
  public OperatorConfig {
    namespaces = Set.copyOf(namespaces);
  }

  /** Settings, or everything that is wrong with the environment. */
  public sealed interface Parsed {
    /** The settings. */
    record Valid(OperatorConfig config) implements Parsed {}

    /** Problems in words, at least one. */
    record Refused(List<String> problems) implements Parsed {
      /** Copies the list. */
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }

  /** For local mode: everywhere, and a free loopback port. */
  public static OperatorConfig local() {
    return new OperatorConfig(
        Set.of(),
        DEFAULTS,
        Limits.NONE,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        Optional.empty());
  }

  /** Reads the environment; a variable that is empty counts as absent. */
  public static Parsed parse(Map<String, String> environment) {
    List<String> problems = new ArrayList<>();
    for (String name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith(PREFIX) && !KNOWN.contains(name)) {
        problems.add(name + ": there is no such setting; known are " + String.join(", ", KNOWN));
      }
    }
    OperatorConfig config = new Reader(environment, problems).config();
    return problems.isEmpty() ? new Parsed.Valid(config) : new Parsed.Refused(problems);
  }

  /** Reads variables and collects what is wrong with them. */
  private record Reader(Map<String, String> environment, List<String> problems) {
    OperatorConfig config() {
      logFormat();
      return new OperatorConfig(
          Set.copyOf(list(NAMESPACES, NAME, "a namespace").orElse(List.of())),
          new RunnerDefaults(
              matching(RUNNER_IMAGE, IMAGE, "an image").orElse(DEFAULTS.image()),
              oneOf(PULL_POLICY, PULL_POLICIES).orElse(DEFAULTS.imagePullPolicy()),
              list(PULL_SECRETS, NAME, "the name of a Secret").orElse(List.of()),
              list(GPU_NODE_LABELS, LABEL, "a label").orElse(GPU_LABELS)),
          caps(),
          new InetSocketAddress(port()),
          lease());
    }

    private Limits caps() {
      Optional<String> time = value(LONGEST_POD_TIME);
      Optional<Duration> longest = time.flatMap(Limits::runnerTime);
      if (time.isPresent() && longest.isEmpty()) {
        problems.add(
            LONGEST_POD_TIME
                + ": '"
                + time.get()
                + "' is not a duration above 15s and of at most 30 days (720h), such as 30m");
      }
      return new Limits(
          count(MOST_REQUESTS, Limits.MOST_REQUESTS),
          count(MOST_OUTPUT_TOKENS, Limits.MOST_OUTPUT_TOKENS),
          longest);
    }

    private OptionalLong count(String name, long most) {
      Optional<String> text = value(name);
      OptionalLong count =
          text.filter(is -> COUNT.matcher(is).matches()).stream()
              .mapToLong(Long::parseLong)
              .filter(is -> is <= most)
              .findFirst();
      if (text.isPresent() && count.isEmpty()) {
        problems.add(name + ": '" + text.get() + "' is not a whole number from 1 to " + most);
      }
      return count;
    }

    /** Each process is another holder: the name alone would be the one of an earlier container. */
    private Optional<Leadership.Settings> lease() {
      String pod = matching(POD_NAME, NAME, "the name of a pod").orElse("loadline");
      return matching(LEASE, LEASE_NAME, "namespace/name of a Lease")
          .map(lease -> lease.split("/", -1))
          .map(parts -> new Leadership.Settings(parts[0], parts[1], pod + "_" + UUID.randomUUID()));
    }

    private void logFormat() {
      oneOf(LOG_FORMAT, List.of("json", "text"));
    }

    private Optional<String> value(String name) {
      return Optional.ofNullable(environment.get(name))
          .map(String::strip)
          .filter(text -> !text.isEmpty());
    }

    private Optional<List<String>> list(String name, Pattern pattern, String what) {
      return value(name)
          .map(text ->
              Stream.of(text.split(",", -1))
                  .map(String::strip)
                  .filter(item -> !item.isEmpty())
                  .filter(item -> checked(name, item, pattern, what))
                  .distinct()
                  .toList());
    }

    private boolean checked(String name, String item, Pattern pattern, String what) {
      boolean good = pattern.matcher(item).matches();
      if (!good) {
        problems.add(name + ": '" + item + "' is not " + what);
      }
      return good;
    }

    private Optional<String> matching(String name, Pattern pattern, String what) {
      return value(name).filter(text -> checked(name, text, pattern, what));
    }

    private Optional<String> oneOf(String name, List<String> words) {
      Optional<String> value = value(name);
      if (value.isPresent() && !words.contains(value.get())) {
        problems.add(name + ": '" + value.get() + "' is unknown: use one of " + words);
        return Optional.empty();
      }
      return value;
    }

    private int port() {
      Optional<String> value = value(MANAGEMENT_PORT);
      if (value.isEmpty()) {
        return DEFAULT_PORT;
      }
      try {
        int port = Integer.parseInt(value.get());
        if (port >= 1 && port <= HIGHEST_PORT) {
          return port;
        }
      } catch (NumberFormatException notANumber) {
        // The problem below says so.
      }
      problems.add(MANAGEMENT_PORT + ": '" + value.get() + "' is not a port from 1 to 65535");
      return DEFAULT_PORT;
    }
  }
}
