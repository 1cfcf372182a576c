package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.drive.ConnectionBudget.PortReuse;
import java.net.InetAddress;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConnectionBudgetTest {
  private static final String LIMITS =
      """
      Limit                     Soft Limit           Hard Limit           Units
      Max cpu time              unlimited            unlimited            seconds
      Max open files            1024                 4096                 files
      """;

  @Test
  void readsTheLimitsOfTheSystem() {
    assertThat(ConnectionBudget.files(LIMITS)).hasValue(1_024);
    assertThat(ConnectionBudget.files("Max open files  unlimited  unlimited  files")).isEmpty();
    assertThat(ConnectionBudget.files("")).isEmpty();
    assertThat(ConnectionBudget.ports("32768\t60999\n")).hasValue(28_232);
    assertThat(ConnectionBudget.ports("")).isEmpty();
  }

  @Test
  void readsWhichRestingPortsAreUsedAgain() {
    assertThat(PortReuse.of("0\n")).isEqualTo(PortReuse.NONE);
    assertThat(PortReuse.of("1\n")).isEqualTo(PortReuse.ALL);
    assertThat(PortReuse.of("2\n")).isEqualTo(PortReuse.LOOPBACK);
    assertThat(PortReuse.of("")).isEqualTo(PortReuse.NONE);
  }

  private static ConnectionBudget ports(int ports, PortReuse reuse) {
    return new ConnectionBudget(OptionalInt.empty(), OptionalInt.of(ports), reuse);
  }

  private static List<String> problems(ConnectionBudget budget, RunPlan plan, String... addresses) {
    return budget.problems(
        plan,
        "test.invalid",
        host -> {
          assertThat(host).isEqualTo("test.invalid");
          return Stream.of(addresses).map(InetAddress::ofLiteral).toList();
        });
  }

  private static RunPlan perRequest(RunPlan.Stage... stages) {
    RunPlan plan = Plans.of(5_000, 0, stages);
    return new RunPlan(
        plan.version(),
        plan.run(),
        plan.nonce(),
        plan.target(),
        plan.workload(),
        new RunPlan.Load(5_000, 0, "PerRequest", List.of(stages)),
        List.of(),
        List.of(),
        RunPlan.Limits.NONE);
  }

  @Test
  void refusesUsersForWhomThereAreNoPorts() {
    ConnectionBudget budget = ports(100, PortReuse.ALL);
    assertThat(problems(budget, Plans.of(0, 0, Plans.users(100, 1_000)))).isEmpty();
    assertThat(problems(budget, Plans.of(0, 0, Plans.users(101, 1_000)), "10.0.0.1", "10.0.0.2"))
        .isEmpty();
    assertThat(
            problems(
                budget,
                Plans.of(0, 0, Plans.users(301, 1_000), Plans.users(201, 1_000)),
                "10.0.0.1",
                "10.0.0.2"))
        .containsExactly(
            "load.stages[0].users: 301 users need as many local ports, and there are 200"
                + " (ip_local_port_range).",
            "load.stages[1].users: 201 users need as many local ports, and there are 200"
                + " (ip_local_port_range).");
  }

  @Test
  void refusesUsersForWhomThereAreNoFiles() {
    ConnectionBudget budget =
        new ConnectionBudget(OptionalInt.of(300), OptionalInt.of(40), PortReuse.ALL);
    assertThat(problems(budget, Plans.of(0, 0, Plans.users(40, 1_000)))).isEmpty();
    assertThat(problems(budget, Plans.of(0, 0, Plans.users(45, 1_000)), "10.0.0.1"))
        .containsExactly(
            "load.stages[0].users: 45 users need as many local ports, and there are 40"
                + " (ip_local_port_range).",
            "load.stages[0].users: 45 users need as many open files and 256 more, and the limit is"
                + " 300 (ulimit -n).");
  }

  @Test
  void countsTheUsersAtTheHigherEndOfARamp() {
    RunPlan.Stage down =
        new RunPlan.Stage(
            "down",
            new RunPlan.Shape.Closed(1, OptionalInt.of(101), new Distribution.Fixed(0)),
            new RunPlan.End.After(1_000));
    assertThat(problems(ports(100, PortReuse.NONE), Plans.of(0, 0, down), "10.0.0.1")).hasSize(1);
  }

  @Test
  void refusesARateOfNewConnectionsWhosePortsRestTooLong() {
    RunPlan plan = perRequest(Plans.rate("12.5", "Poisson", 3_600_000));
    assertThat(problems(ports(749, PortReuse.LOOPBACK), plan, "10.0.0.1"))
        .containsExactly(
            "load.stages[0].requestsPerSecond: 12.5 connections a second (connectionReuse"
                + " PerRequest) take 750 local ports, which rest for 60 s each, and there are 749"
                + " (ip_local_port_range): lower the rate, or allow tcp_tw_reuse.");
    assertThat(problems(ports(750, PortReuse.LOOPBACK), plan, "10.0.0.1")).isEmpty();
    assertThat(problems(ports(375, PortReuse.NONE), plan, "10.0.0.1", "10.0.0.2")).isEmpty();
    assertThat(problems(ports(12, PortReuse.ALL), plan, "10.0.0.1")).hasSize(1);
    assertThat(problems(ports(13, PortReuse.ALL), plan, "10.0.0.1")).isEmpty();
    assertThat(problems(ports(13, PortReuse.LOOPBACK), plan, "127.0.0.1")).isEmpty();
  }

  @Test
  void aShortStageTakesNoMorePortsThanItSendsRequests() {
    ConnectionBudget budget = ports(100, PortReuse.NONE);
    assertThat(problems(budget, perRequest(Plans.rate("10", "Poisson", 5_000)))).isEmpty();
    assertThat(problems(budget, perRequest(Plans.rate("10", "Poisson", 5_100)))).hasSize(1);
  }

  @Test
  void whatIsNotKnownRefusesNothing() {
    ConnectionBudget budget =
        new ConnectionBudget(OptionalInt.empty(), OptionalInt.empty(), PortReuse.NONE);
    assertThat(problems(budget, Plans.of(0, 0, Plans.users(100_000, 1_000)))).isEmpty();
    assertThat(problems(budget, perRequest(Plans.rate("10000", "Poisson", 1_000_000)))).isEmpty();
    assertThat(
            problems(
                ports(1, PortReuse.NONE), Plans.of(0, 0, Plans.rate("5", "Poisson", 1_000_000))))
        .isEmpty();
  }
}
