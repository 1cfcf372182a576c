package dev.loadline.runner.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * One record of a dataset.
 *
 * @param turns what is asked, one turn after the other; at least one
 */
record DatasetRecord(List<Turn> turns) {
  /**
   * What is said between two answers.
   *
   * @param messages the last of them is the user's
   * @param answer the answer that the dataset has to it; empty if none
   * @param outputTokens length of the answer, if it is known
   */
  record Turn(List<Message> messages, List<Message> answer, OptionalInt outputTokens) {
    Turn {
      messages = List.copyOf(messages);
      answer = List.copyOf(answer);
    }

    /** Whether the last message asks nothing. */
    boolean isBlank() {
      return messages.getLast().text().isBlank();
    }

    private Turn withOutput(OptionalInt tokens) {
      return tokens.isEmpty() ? this : new Turn(messages, answer, tokens);
    }
  }

  DatasetRecord {
    turns = List.copyOf(turns);
  }

  /**
   * Divides what was said into turns: each ends with the last of the user's messages before an
   * answer. What the model says before the first of them belongs to the first turn; what nobody has
   * answered behind the last one is left out. Without a user's message there is no turn.
   *
   * @param named length of all answers, if the record has one
   */
  static List<Turn> turns(List<Message> said, OptionalInt named) {
    List<Turn> turns = new ArrayList<>();
    List<Message> open = new ArrayList<>();
    for (int i = 0; i < said.size(); i++) {
      Message message = said.get(i);
      boolean asks = !open.isEmpty() && open.getLast().role() == Role.USER;
      if (message.role() == Role.ASSISTANT && asks) {
        turns.add(new Turn(open, List.of(message), OptionalInt.of(tokens(message))));
        open.clear();
      } else {
        open.add(message);
      }
    }
    if (!open.isEmpty() && open.getLast().role() == Role.USER) {
      turns.add(new Turn(open, List.of(), OptionalInt.empty()));
    }
    return turns.stream().map(turn -> turn.withOutput(named)).toList();
  }

  /** All turns as one, which asks what the last one does after all that was said before. */
  static Turn together(List<Turn> turns) {
    List<Message> messages = new ArrayList<>();
    for (Turn turn : turns.subList(0, turns.size() - 1)) {
      messages.addAll(turn.messages());
      messages.addAll(turn.answer());
    }
    messages.addAll(turns.getLast().messages());
    return new Turn(messages, turns.getLast().answer(), turns.getLast().outputTokens());
  }

  /** Length of all that is said in it. */
  long bytes() {
    return turns.stream()
        .flatMap(turn -> Stream.concat(turn.messages().stream(), turn.answer().stream()))
        .mapToLong(message -> message.text().length())
        .sum();
  }

  /** About four bytes of text are a token, in most languages and vocabularies. */
  private static int tokens(Message answer) {
    return Math.max(1, Math.ceilDiv(answer.text().length(), 4));
  }
}
