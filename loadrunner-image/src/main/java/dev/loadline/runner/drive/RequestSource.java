package dev.loadline.runner.drive;

import dev.loadline.runner.http.RequestBody;
import dev.loadline.runner.http.RequestEncoder;
import dev.loadline.runner.prompt.Conversations;
import dev.loadline.runner.prompt.Prompt;
import java.util.ArrayDeque;

/**
 * The requests of one event loop, for the whole run. A few are kept ready, so that making a prompt
 * does not make its request late.
 */
final class RequestSource {
  private static final int READY = 4;

  private final Conversations conversations;
  private final RequestEncoder encoder;
  private final ArrayDeque<Ready> ready = new ArrayDeque<>(READY);

  RequestSource(Conversations conversations, RequestEncoder encoder) {
    this.conversations = conversations;
    this.encoder = encoder;
  }

  /** A request that only needs to be sent. */
  record Ready(RequestBody body, int outputTokens) {}

  Ready next() {
    Ready next = ready.poll();
    return next == null ? make() : next;
  }

  /** Makes one more request ready; false if there were enough. */
  boolean prepare() {
    return ready.size() < READY && ready.add(make());
  }

  private Ready make() {
    Prompt prompt = conversations.next().first();
    return new Ready(
        encoder.encode(prompt.messages(), prompt.outputTokens()), prompt.outputTokens());
  }
}
