package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
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
  void refusesUsersForWhomThereAreNoPorts() {
    ConnectionBudget budget = new ConnectionBudget(OptionalInt.empty(), OptionalInt.of(100));
    assertThat(budget.problem(Plans.of(0, 0, Plans.users(100, 1_000)))).isEmpty();
    assertThat(budget.problem(Plans.of(0, 0, Plans.users(1, 1_000), Plans.users(101, 1_000))))
        .hasValue(
            "load.stages[1].users: 101 users need as many local ports, and there are 100"
                + " (ip_local_port_range).");
  }

  @Test
  void refusesUsersForWhomThereAreNoFiles() {
    ConnectionBudget budget = new ConnectionBudget(OptionalInt.of(300), OptionalInt.empty());
    assertThat(budget.problem(Plans.of(0, 0, Plans.users(44, 1_000)))).isEmpty();
    assertThat(budget.problem(Plans.of(0, 0, Plans.users(45, 1_000))))
        .hasValue(
            "load.stages[0].users: 45 users need as many open files and 256 more, and the limit is"
                + " 300 (ulimit -n).");
  }

  @Test
  void whatIsNotKnownRefusesNothing() {
    ConnectionBudget budget = new ConnectionBudget(OptionalInt.empty(), OptionalInt.empty());
    assertThat(budget.problem(Plans.of(0, 0, Plans.users(100_000, 1_000)))).isEmpty();
    assertThat(budget.problem(Plans.of(0, 0, Plans.rate("5", "Poisson", 1_000)))).isEmpty();
  }
}
