package dev.loadline.runner.drive;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Shape;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many connections this process may have: each takes a file descriptor, and a local port for
 * each address of the target that it goes to. A load that needs more must not begin, since it would
 * measure the lack. What cannot be known before, such as how many requests of an open loop are in
 * flight at once, ends as {@code client_ports} when it comes to it.
 *
 * @param files most open files of the process; absent where the system does not say
 * @param ports local ports; absent where the system does not say
 * @param reuse whether a port may be used again while its last connection rests
 */
record ConnectionBudget(OptionalInt files, OptionalInt ports, PortReuse reuse) {
  /** Files that are open beside the connections: libraries, event loops, the metrics server. */
  private static final int OTHER_FILES = 256;

  /** Linux lets a closed connection's port rest for so long (TIME_WAIT). */
  private static final int REST_SECONDS = 60;

  private static final Pattern FILES =
      Pattern.compile("^Max open files\\s+(\\d{1,9})\\s", Pattern.MULTILINE);
  private static final Pattern PORTS = Pattern.compile("(\\d{1,5})\\s+(\\d{1,5})\\s*");

  /** For which targets a resting port is used again after a second ({@code tcp_tw_reuse}). */
  enum PortReuse {
    NONE,
    LOOPBACK,
    ALL;

    /** Linux' number for it; 2 is its default. */
    static PortReuse of(String setting) {
      return switch (setting.strip()) {
        case "1" -> ALL;
        case "2" -> LOOPBACK;
        default -> NONE;
      };
    }
  }

  /** Asks the name server for a host, blocking; none if it does not know. */
  interface Lookup {
    List<InetAddress> addresses(String host);
  }

  /** The budget of this process. */
  static ConnectionBudget ofThisProcess() {
    return new ConnectionBudget(
        files(read("/proc/self/limits")),
        ports(read("/proc/sys/net/ipv4/ip_local_port_range")),
        PortReuse.of(read("/proc/sys/net/ipv4/tcp_tw_reuse")));
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      return "";
    }
  }

  /** The soft limit in {@code /proc/self/limits}. */
  static OptionalInt files(String limits) {
    Matcher matcher = FILES.matcher(limits);
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  /** The size of a range such as {@code 32768 60999}. */
  static OptionalInt ports(String range) {
    Matcher matcher = PORTS.matcher(range);
    return matcher.matches()
        ? OptionalInt.of(
            Integer.parseInt(matcher.group(2)) - Integer.parseInt(matcher.group(1)) + 1)
        : OptionalInt.empty();
  }

  /** All that does not fit, each a sentence for the user that begins with the field. */
  List<String> problems(RunPlan plan, String host) {
    return problems(plan, host, ConnectionBudget::addresses);
  }

  private static List<InetAddress> addresses(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      return List.of();
    }
  }

  /** The same; the host is only looked up if one address would not do. */
  List<String> problems(RunPlan plan, String host, Lookup lookup) {
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < plan.load().stages().size(); i++) {
      RunPlan.Stage stage = plan.load().stages().get(i);
      String field = "load.stages[" + i + "].";
      switch (stage.shape()) {
        case Shape.Closed closed -> {
          int users = Math.max(closed.users(), closed.rampFrom().orElse(0));
          problems.addAll(ofUsers(users, field + "users", () -> lookup.addresses(host).size()));
        }
        case Shape.Open open -> {
          if (plan.load().connectionReuse().equals("PerRequest")) {
            ofRate(plan, stage, open, lookup.addresses(host))
                .ifPresent(problem -> problems.add(field + "requestsPerSecond: " + problem));
          }
        }
        case Shape.Replay _ -> {}
      }
    }
    return problems;
  }

  private List<String> ofUsers(int users, String field, IntSupplier addresses) {
    List<String> problems = new ArrayList<>();
    if (users > ports.orElse(Integer.MAX_VALUE) && users > portsTo(addresses.getAsInt())) {
      problems.add(
          "%s: %d users need as many local ports, and there are %d (ip_local_port_range)."
              .formatted(field, users, portsTo(addresses.getAsInt())));
    }
    if (users > files.orElse(Integer.MAX_VALUE) - OTHER_FILES) {
      problems.add(
          "%s: %d users need as many open files and %d more, and the limit is %d (ulimit -n)."
              .formatted(field, users, OTHER_FILES, files.orElseThrow()));
    }
    return problems;
  }

  private long portsTo(int addresses) {
    return (long) ports.orElse(Integer.MAX_VALUE) * Math.max(1, addresses);
  }

  /** A connection for each request: its port rests when the request has long ended. */
  private Optional<String> ofRate(
      RunPlan plan, RunPlan.Stage stage, Shape.Open open, List<InetAddress> addresses) {
    boolean loopback = addresses.stream().anyMatch(InetAddress::isLoopbackAddress);
    boolean soon = reuse == PortReuse.ALL || (reuse == PortReuse.LOOPBACK && loopback);
    double rate =
        Math.max(
            Double.parseDouble(open.requestsPerSecond()),
            open.rampFrom().map(Double::parseDouble).orElse(0.0));
    double seconds = Math.min(soon ? 1 : REST_SECONDS, length(plan, stage, rate));
    long needed = (long) Math.ceil(rate * seconds);
    long there = portsTo(addresses.size());
    return needed <= there
        ? Optional.empty()
        : Optional.of(
            ("%s connections a second (connectionReuse PerRequest) take %d local ports, which rest"
                    + " for %d s each, and there are %d (ip_local_port_range): lower the rate, or"
                    + " allow tcp_tw_reuse.")
                .formatted(
                    BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString(),
                    needed,
                    soon ? 1 : REST_SECONDS,
                    there));
  }

  /** How long the stage sends, seconds. */
  private static double length(RunPlan plan, RunPlan.Stage stage, double rate) {
    double window =
        switch (stage.end()) {
          case End.After after -> after.millis() / 1e3;
          case End.Requests requests -> requests.count() / rate;
          case End.Trace _ -> REST_SECONDS;
        };
    return plan.load().warmupMillis() / 1e3 + window;
  }
}
