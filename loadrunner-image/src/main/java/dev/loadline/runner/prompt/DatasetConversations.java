package dev.loadline.runner.prompt;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Workload.Turns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * Conversations from a file: of its records, taken round and round, every n-th, in their order. A
 * run's nonce stands before the first message's words, with a blank line after it: text that means
 * nothing, ahead of one that is not changed.
 */
final class DatasetConversations implements Conversations {
  private static final Text BLANK_LINE = Text.of("\n\n");

  /** What all records are made into, and what was sent of them so far. */
  record Manner(
      Calibration calibration,
      Nonce nonce,
      boolean chat,
      Optional<Turns> turns,
      Optional<Distribution> outputTokens,
      SentBeginnings sent) {}

  private final Path file;
  private final DatasetRows rows;
  private final Manner manner;
  private final long step;
  private final SplittableRandom random;
  private long toSkip;
  private DatasetReader reader;
  private boolean again;

  /** A share of a file without problems. */
  DatasetConversations(Path file, DatasetRows rows, Manner manner, Share share) {
    this.file = file;
    this.rows = rows;
    this.manner = manner;
    step = share.count();
    toSkip = share.index();
    random = share.random();
    reader = DatasetReader.open(file, rows);
  }

  @Override
  public Conversation next() {
    DatasetRecord record = read();
    for (long i = toSkip; i > 0; i--) {
      record = read();
    }
    toSkip = step - 1;
    return new Played(record, again, random.split());
  }

  private DatasetRecord read() {
    Optional<DatasetRecord> next = reader.next();
    if (next.isEmpty()) {
      close();
      again = true;
      reader = DatasetReader.open(file, rows);
      next = reader.next();
    }
    return next.orElseThrow();
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One record. */
  private final class Played implements Conversation {
    private final ArrayDeque<DatasetRecord.Turn> turns;
    private final boolean repeated;
    private final SplittableRandom lengths;
    private final List<Message> said = new ArrayList<>();

    Played(DatasetRecord record, boolean repeated, SplittableRandom lengths) {
      this.repeated = repeated;
      this.lengths = lengths;
      long most = manner.turns().map(law -> Sampler.next(law.count(), lengths)).orElse(1L);
      turns =
          record.turns().stream()
              .limit(Math.max(1, most))
              .collect(Collectors.toCollection(ArrayDeque::new));
    }

    @Override
    public Prompt first() {
      List<Message> asked = turns.element().messages();
      int known = manner.sent().add(asked);
      int bytes = repeated ? asked.stream().mapToInt(one -> one.text().length()).sum() : known;
      Calibration calibration = manner.calibration();
      int nonce = calibration.tokens(manner.nonce().words(Integer.MAX_VALUE - 1));
      int template = (int) Math.ceil(calibration.template() + calibration.system().orElse(0));
      return ask(Text.mostTokens(bytes) + nonce + template);
    }

    @Override
    public Optional<Prompt> next(Answer answer) {
      if (turns.isEmpty()) {
        return Optional.empty();
      }
      Text text = Text.of(answer.text());
      int before = answer.inputTokens().orElse(tokens());
      int added = answer.textTokens().orElse(Text.mostTokens(text.length()));
      said.add(new Message(Role.ASSISTANT, text));
      return Optional.of(ask(before + added + (int) Math.ceil(manner.calibration().turn())));
    }

    private int tokens() {
      return said.stream().mapToInt(message -> Text.mostTokens(message.text().length())).sum();
    }

    /** What was said is kept as long as others follow. */
    private Prompt ask(int reusable) {
      DatasetRecord.Turn turn = turns.remove();
      turn.messages().forEach(this::say);
      int output =
          manner
              .outputTokens()
              .map(law -> Sampler.tokens(law, lengths))
              .orElseGet(() -> turn.outputTokens().orElseThrow());
      Prompt prompt = new Prompt(said, 0, output, reusable);
      if (turns.isEmpty()) {
        said.clear();
      }
      return prompt;
    }

    /** One text has its parts in paragraphs. */
    private void say(Message message) {
      Text text = message.text();
      if (said.isEmpty() && manner.nonce().text().length() > 0) {
        text = manner.nonce().text().followedBy(BLANK_LINE).followedBy(text);
      } else if (!said.isEmpty() && !manner.chat()) {
        text = BLANK_LINE.followedBy(text);
      }
      said.add(new Message(message.role(), text));
    }
  }
}
