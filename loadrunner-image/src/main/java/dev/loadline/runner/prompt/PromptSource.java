package dev.loadline.runner.prompt;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.trace.TraceFormat;
import dev.loadline.runner.trace.TraceReader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the conversations of one run come from. Its shares, one for each event loop, are made from
 * the same prefixes and files and differ in their random choices. Thread-safe.
 */
public final class PromptSource {
  private static final String COMPLETIONS = "Completions";
  private static final long SHARES = 0x70726f6d707473L;
  private static final long PREFIXES = 0x707265666978L;

  private final Workload workload;
  private final Calibration calibration;
  private final Path data;
  private final boolean chat;
  private final Nonce nonce;
  private final Optional<SharedPrefixes> prefixes;
  private final OptionalLong traceLimit;
  private final Set<Long> sentBlocks = ConcurrentHashMap.newKeySet();
  private final SentBeginnings sentBeginnings = new SentBeginnings();

  /**
   * A source.
   *
   * @param plan complete and valid
   * @param calibration tokens of words at the plan's target
   * @param data the folder below which the workload's files lie
   */
  public PromptSource(RunPlan plan, Calibration calibration, Path data) {
    workload = plan.workload();
    this.calibration = calibration;
    this.data = data;
    chat = !plan.target().api().equals(COMPLETIONS);
    nonce = new Nonce(Optional.of(plan.nonce()).filter(_ -> workload.isolated()));
    prefixes = prefixes();
    traceLimit = plan.load().replay().map(RunPlan.Shape.Replay::limit).orElse(OptionalLong.empty());
  }

  private Optional<SharedPrefixes> prefixes() {
    return workload.content() instanceof Workload.Content.Synthetic synthetic
            && synthetic.sharedPrefixTokens() > 0
        ? Optional.of(
            new SharedPrefixes(
                nonce,
                Seeds.of(workload.seed(), PREFIXES),
                calibration.words(synthetic.sharedPrefixTokens()),
                synthetic.sharedPrefixGroups()))
        : Optional.empty();
  }

  /**
   * What the user should know of the prompts' lengths: a sentence if some that the workload asks
   * for are shorter than the target's template and the shared prefix let a prompt be.
   */
  public Optional<String> warning() {
    if (!(workload.content() instanceof Workload.Content.Synthetic synthetic)) {
      return Optional.empty();
    }
    WordMessages messages = new WordMessages(calibration, nonce, chat);
    int least =
        prefixes.map(SharedPrefixes::words).map(messages::leastBehind).orElse(messages.least());
    long shortest = synthetic.inputTokens().min();
    int prefix = synthetic.sharedPrefixTokens();
    return shortest >= least
        ? Optional.empty()
        : Optional.of(
            ("inputTokens asks for prompts of %d tokens, and each has at least %d: %s%d for the"
                    + " chat template and a word; shorter ones are made that long.")
                .formatted(
                    shortest,
                    least,
                    prefix == 0 ? "" : prefix + " for the shared prefix, ",
                    least - prefix));
  }

  /**
   * One of a run's shares.
   *
   * @param index which one, counted from 0
   * @param shares how many there are
   */
  public Conversations share(int index, int shares) {
    Share share = new Share(index, shares, Seeds.random(Seeds.of(workload.seed(), SHARES), index));
    WordMessages messages = new WordMessages(calibration, nonce, chat);
    return switch (workload.content()) {
      case Workload.Content.Synthetic synthetic ->
          new SyntheticConversations(
              synthetic, workload.turns(), messages, prefixes, share.random());
      case Workload.Content.Dataset dataset ->
          new DatasetConversations(
              data.resolve(dataset.file()),
              DatasetRows.of(workload, dataset),
              new DatasetConversations.Manner(
                  calibration,
                  nonce,
                  chat,
                  workload.turns(),
                  dataset.outputTokens(),
                  sentBeginnings),
              share);
      case Workload.Content.Trace trace ->
          new TraceConversations(() -> open(trace), messages, sentBlocks, share);
    };
  }

  private TraceReader open(Workload.Content.Trace trace) {
    return TraceReader.open(
        data.resolve(trace.file()), TraceFormat.named(trace.format()).orElseThrow(), traceLimit);
  }
}
