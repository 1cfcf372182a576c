package dev.loadline.operator.planted;

import java.io.IOException;
import java.util.List;

/** A network of its own with a loopback device and few local ports. */
final class NetworkOfFewPorts implements AutoCloseable {
  private static final int FIRST = 40_000;

  private final String name = "planted-" + ProcessHandle.current().pid();

  /**
   * One with so many local ports.
   *
   * @throws CannotPlant where networks cannot be made
   */
  NetworkOfFewPorts(int ports) throws IOException {
    try {
      Program.run("ip", "netns", "add", name);
    } catch (IOException e) {
      throw new CannotPlant("a network of its own", e);
    }
    String range = FIRST + " " + (FIRST + ports - 1);
    String set = "echo " + range + " > /proc/sys/net/ipv4/ip_local_port_range";
    Program.run("ip", "netns", "exec", name, "sh", "-c", "ip link set lo up && " + set);
  }

  /** The program that starts another one in it. */
  List<String> launcher() {
    return List.of("ip", "netns", "exec", name);
  }

  @Override
  public void close() throws IOException {
    Program.run("ip", "netns", "delete", name);
  }
}
