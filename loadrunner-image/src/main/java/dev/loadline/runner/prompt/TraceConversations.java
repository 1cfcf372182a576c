package dev.loadline.runner.prompt;

import dev.loadline.runner.trace.TraceReader;
import dev.loadline.runner.trace.TraceRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Prompts of the lengths that a trace has recorded, one for every n-th of its records, in their
 * order, round and round. Where the trace says what blocks a prompt had, equal blocks are equal
 * words, so that prompts share what they shared when they were recorded.
 */
final class TraceConversations implements Conversations {
  private final Supplier<TraceReader> open;
  private final WordMessages messages;
  private final Set<Long> sent;
  private final long step;
  private final SplittableRandom random;
  private long toSkip;
  private TraceReader reader;

  /**
   * A share of a file without problems.
   *
   * @param open begins to read what is sent of it
   * @param sent hashes of the blocks that the run has sent, of all shares
   * @param share which one, counted from 0, and how many there are
   */
  TraceConversations(
      Supplier<TraceReader> open, WordMessages messages, Set<Long> sent, Share share) {
    this.open = open;
    this.messages = messages;
    this.sent = sent;
    step = share.count();
    toSkip = share.index();
    random = share.random();
    reader = open.get();
  }

  @Override
  public Conversation next() {
    TraceRecord record = read();
    for (long i = toSkip; i > 0; i--) {
      record = read();
    }
    toSkip = step - 1;
    return Conversation.of(prompt(record));
  }

  private TraceRecord read() {
    Optional<TraceRecord> next = reader.next();
    if (next.isEmpty()) {
      reader.close();
      reader = open.get();
      next = reader.next();
    }
    return next.orElseThrow();
  }

  private Prompt prompt(TraceRecord record) {
    List<Long> blocks = record.blockHashes();
    WordMessages.Part part =
        messages.ofBlocks(record.inputTokens(), TraceRecord.BLOCK_TOKENS, blocks, random.split());
    int known = 0;
    while (known < blocks.size() && sent.contains(blocks.get(known))) {
      known++;
    }
    sent.addAll(blocks);
    int repeated = Math.min(known * TraceRecord.BLOCK_TOKENS, part.tokens());
    return new Prompt(
        part.messages(), part.tokens(), record.outputTokens(), Math.max(part.reusable(), repeated));
  }

  @Override
  public void close() {
    reader.close();
  }
}
