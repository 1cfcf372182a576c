package dev.loadline.runner.drive;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many connections to one address this process may have: each takes a file descriptor and a
 * local port. A closed loop that needs more must not begin, since it would measure the lack.
 *
 * @param files most open files of the process; absent where the system does not say
 * @param ports local ports; absent where the system does not say
 */
record ConnectionBudget(OptionalInt files, OptionalInt ports) {
  /** Files that are open beside the connections: libraries, event loops, the metrics server. */
  private static final int OTHER_FILES = 256;

  private static final Pattern FILES =
      Pattern.compile("^Max open files\\s+(\\d{1,9})\\s", Pattern.MULTILINE);
  private static final Pattern PORTS = Pattern.compile("(\\d{1,5})\\s+(\\d{1,5})\\s*");

  /** The budget of this process. */
  static ConnectionBudget ofThisProcess() {
    return new ConnectionBudget(
        files(read("/proc/self/limits")), ports(read("/proc/sys/net/ipv4/ip_local_port_range")));
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

  /** What does not fit, in a sentence for the user that begins with the field. */
  Optional<String> problem(RunPlan plan) {
    for (int i = 0; i < plan.load().stages().size(); i++) {
      if (plan.load().stages().get(i).shape() instanceof Shape.Closed closed) {
        String field = "load.stages[" + i + "].users";
        if (closed.users() > ports.orElse(Integer.MAX_VALUE)) {
          return Optional.of(
              "%s: %d users need as many local ports, and there are %d (ip_local_port_range)."
                  .formatted(field, closed.users(), ports.orElseThrow()));
        }
        if (closed.users() > files.orElse(Integer.MAX_VALUE) - OTHER_FILES) {
          return Optional.of(
              "%s: %d users need as many open files and %d more, and the limit is %d (ulimit -n)."
                  .formatted(field, closed.users(), OTHER_FILES, files.orElseThrow()));
        }
      }
    }
    return Optional.empty();
  }
}
