package dev.loadline.runner;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.RunPlan.Shape;
import dev.loadline.runner.contract.Workload.Content;
import dev.loadline.runner.contract.Workload.Turns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Memory that the prompts of users may take: each user has one in flight, kept to its end, and with
 * turns what was said before besides. A load that needs more must not begin, since it would end
 * without a result. How many requests of an open loop are in flight cannot be known.
 *
 * @param bytes that all prompts may take together
 */
record MemoryBudget(long bytes) {
  private static final int SHARE_OF_HEAP = 2;

  /** A word of a made-up prompt and the space before it, in the mean; most words are a token. */
  private static final double BYTES_PER_TOKEN = 5.3;

  /** That of this process: half of its largest heap. */
  static MemoryBudget ofThisProcess() {
    return new MemoryBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /** Where the process that will send the load is another one. */
  static MemoryBudget unknown() {
    return new MemoryBudget(Long.MAX_VALUE);
  }

  /** All that does not fit, each a sentence for the user that begins with the field. */
  List<String> problems(RunPlan plan, Content.Synthetic content) {
    double tokens = content.inputTokens().mean();
    if (plan.workload().turns().isPresent()) {
      Turns turns = plan.workload().turns().get();
      double later = turns.inputTokens().orElse(content.inputTokens()).mean();
      tokens += (turns.count().mean() - 1) * (later + content.outputTokens().mean());
    }
    return problems(plan, tokens * BYTES_PER_TOKEN);
  }

  /** The same for a workload whose conversations have so many bytes in the mean. */
  List<String> problems(RunPlan plan, double conversationBytes) {
    int copies = plan.workload().turns().isPresent() ? 2 : 1;
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < plan.load().stages().size(); i++) {
      if (plan.load().stages().get(i).shape() instanceof Shape.Closed closed) {
        int users = Math.max(closed.users(), closed.rampFrom().orElse(0));
        ofUsers(users, copies * conversationBytes)
            .map(("load.stages[" + i + "].users: ")::concat)
            .ifPresent(problems::add);
      }
    }
    return problems;
  }

  private Optional<String> ofUsers(int users, double bytesOfEach) {
    double needed = users * bytesOfEach;
    return needed <= bytes
        ? Optional.empty()
        : Optional.of(
            ("%d users hold prompts of %d KiB each in the mean, %d MiB in all, and there is room"
                    + " for %d MiB: lower their number, shorten the prompts or raise"
                    + " runner.resources.limits.memory.")
                .formatted(users, (long) (bytesOfEach / 1024), (long) needed >> 20, bytes >> 20));
  }
}
