package dev.loadline.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Distribution.Fixed;
import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.End;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.contract.Workload.Content.Synthetic;
import dev.loadline.runner.contract.Workload.Turns;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final MemoryBudget BUDGET = new MemoryBudget(300 << 20);

  @Test
  void thePromptsOfAllUsersMustFit() {
    assertThat(problems(550, new Fixed(100_000), Optional.empty())).isEmpty();
    assertThat(problems(1_000, new Fixed(100_000), Optional.empty()))
        .containsExactly(
            "load.stages[0].users: 1000 users hold prompts of 517 KiB each in the mean, 505 MiB in"
                + " all, and there is room for 300 MiB: lower their number, shorten the prompts or"
                + " raise runner.resources.limits.memory.");
  }

  @Test
  void fewLongPromptsAmongShortOnesDoNotCount() {
    Distribution drawn = new Distribution.Lognormal(2_000, 8_000, 1, 128_000);

    assertThat(problems(10_000, drawn, Optional.empty())).isEmpty();
    assertThat(problems(40_000, drawn, Optional.empty())).hasSize(1);
  }

  @Test
  void usersOfConversationsHoldTheHistoryBesideThePrompt() {
    Turns turns = new Turns(new Fixed(6), Optional.of(new Fixed(200)), new Fixed(0));

    assertThat(problems(20_000, new Fixed(500), Optional.empty())).isEmpty();
    assertThat(problems(20_000, new Fixed(500), Optional.of(turns)))
        .singleElement()
        .asString()
        .contains("prompts of 20 KiB each", "404 MiB");
  }

  @Test
  void aDatasetsPromptsAreAsLongAsItsRecords() {
    RunPlan plan = plan(100, workload(new Fixed(1), Optional.empty()));

    assertThat(BUDGET.problems(plan, 3_000_000)).isEmpty();
    assertThat(BUDGET.problems(plan, 3_200_000)).hasSize(1);
  }

  @Test
  void whatAnOpenLoopHasInFlightIsNotKnown() {
    Workload workload = workload(new Fixed(10_000_000), Optional.empty());
    RunPlan plan =
        Plans.sending(
            Plans.plan(
                "http://h/v1",
                0,
                List.of(
                    new RunPlan.Stage(
                        "open",
                        new Shape.Open("1000", Optional.empty(), "Poisson", 1),
                        new End.After(1)))),
            workload);

    assertThat(BUDGET.problems(plan, (Synthetic) workload.content())).isEmpty();
  }

  private static List<String> problems(int users, Distribution input, Optional<Turns> turns) {
    Workload workload = workload(input, turns);
    return BUDGET.problems(plan(users, workload), (Synthetic) workload.content());
  }

  private static Workload workload(Distribution input, Optional<Turns> turns) {
    return new Workload(new Synthetic(input, new Fixed(100), 0, 1), turns, true, 1);
  }

  private static RunPlan plan(int users, Workload workload) {
    Shape shape = new Shape.Closed(users, OptionalInt.empty(), new Fixed(0));
    RunPlan.Stage stage = new RunPlan.Stage("users", shape, new End.After(1));
    return Plans.sending(Plans.plan("http://h/v1", 0, List.of(stage)), workload);
  }
}
