package dev.loadline.runner.drive;

import dev.loadline.runner.http.RequestEncoder;
import dev.loadline.runner.measure.RequestedTokens;
import dev.loadline.runner.prompt.Answer;
import dev.loadline.runner.prompt.Conversation;
import dev.loadline.runner.prompt.Conversations;
import dev.loadline.runner.prompt.Prompt;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The requests of one event loop, for the whole run: made one after the other in an order that
 * depends on the plan alone. Used by the thread that makes requests.
 */
final class RequestSource implements AutoCloseable {
  private final Conversations conversations;
  private final RequestEncoder encoder;

  RequestSource(Conversations conversations, RequestEncoder encoder) {
    this.conversations = conversations;
    this.encoder = encoder;
  }

  /** The first turn of the next conversation. */
  Turn first() {
    Conversation next = conversations.next();
    return turn(next, next.first());
  }

  /** The turn that follows an answer; empty if it was the last one. */
  Optional<Turn> next(Conversation conversation, Answer answer) {
    return conversation.next(answer).map(prompt -> turn(conversation, prompt));
  }

  private Turn turn(Conversation conversation, Prompt prompt) {
    OptionalInt input =
        prompt.inputTokens() == 0 ? OptionalInt.empty() : OptionalInt.of(prompt.inputTokens());
    return new Turn(
        conversation,
        encoder.encode(prompt.messages(), prompt.outputTokens()),
        new RequestedTokens(prompt.outputTokens(), input, OptionalInt.of(prompt.reusableTokens())));
  }

  @Override
  public void close() {
    conversations.close();
  }
}
