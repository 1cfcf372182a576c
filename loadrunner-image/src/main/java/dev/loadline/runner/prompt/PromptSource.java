package dev.loadline.runner.prompt;

import dev.loadline.runner.contract.RunPlan;
import dev.loadline.runner.contract.Workload;
import dev.loadline.runner.trace.TraceFormat;
import dev.loadline.runner.trace.TraceSummary;
import java.nio.file.Path;
import java.util.List;
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
  private final Set<Long> sentBlocks = ConcurrentHashMap.newKeySet();

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
   * What is wrong with the workload's file, if it has one: all of it is read once, one record at a
   * time.
   *
   * @param workload valid as far as can be told without its file
   * @param data the folder below which the file lies
   * @return up to 20 sentences for the user, {@code file:line: what, what to do}, none of which
   *     quotes the file
   */
  public static List<String> problems(Workload workload, Path data) {
    return switch (workload.content()) {
      case Workload.Content.Synthetic _ -> List.of();
      case Workload.Content.Dataset dataset ->
          DatasetSummary.of(data.resolve(dataset.file()), rows(workload, dataset)).problems();
      case Workload.Content.Trace trace ->
          TraceSummary.of(data.resolve(trace.file()), format(trace), OptionalLong.empty())
              .problems();
    };
  }

  /**
   * Whether conversations go on after an answer: then {@link Conversation#next} wants the answers'
   * texts.
   */
  public boolean usesAnswers() {
    return workload.turns().isPresent() && !(workload.content() instanceof Workload.Content.Trace);
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
              rows(workload, dataset),
              new DatasetConversations.Manner(
                  calibration, nonce, chat, workload.turns(), dataset.outputTokens()),
              share);
      case Workload.Content.Trace trace ->
          new TraceConversations(
              data.resolve(trace.file()), format(trace), messages, sentBlocks, share);
    };
  }

  private static DatasetRows rows(Workload workload, Workload.Content.Dataset dataset) {
    return new DatasetRows(
        DatasetFormat.named(dataset.format()).orElseThrow(),
        dataset.outputTokens().isPresent(),
        workload.turns().isPresent());
  }

  private static TraceFormat format(Workload.Content.Trace trace) {
    return TraceFormat.named(trace.format()).orElseThrow();
  }
}
