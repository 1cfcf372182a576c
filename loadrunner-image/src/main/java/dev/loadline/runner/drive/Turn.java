package dev.loadline.runner.drive;

import dev.loadline.runner.http.RequestBody;
import dev.loadline.runner.measure.RequestedTokens;
import dev.loadline.runner.prompt.Conversation;

/**
 * One turn of a conversation as a request that only needs to be sent.
 *
 * @param conversation what it is a turn of
 * @param body the request's bytes
 * @param requested what it asks for
 */
record Turn(Conversation conversation, RequestBody body, RequestedTokens requested) {}
