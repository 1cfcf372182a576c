package dev.loadline.runner.simulator;

import io.netty.buffer.ByteBuf;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** Events as vLLM sends them; the chat's first one names the role and comes with the first text. */
final class StreamedAnswer implements Answer {
  private final Exchange exchange;
  private final ChunkFormat format;
  private final RandomGenerator random;
  private final LongSupplier nanoTime;
  private boolean begun;

  StreamedAnswer(
      Exchange exchange, ChunkFormat format, RandomGenerator random, LongSupplier nanoTime) {
    this.exchange = exchange;
    this.format = format;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  @Override
  public void begin() {
    exchange.beginStream();
  }

  @Override
  public long tokens(int count, boolean last) {
    ByteBuf out = open(count);
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = random.nextInt(Vocabulary.size());
    }
    format.text(out, tokens, last);
    if (last) {
      format.usage(out);
      format.done(out);
    }
    long now = nanoTime.getAsLong();
    if (last) {
      exchange.lastChunks(out);
    } else {
      exchange.chunks(out);
    }
    return now;
  }

  @Override
  public void fail(Fault fault) {
    switch (fault) {
      case STREAM_ERROR, HTTP_500, OVERLOAD, UNAUTHORIZED, NOT_FOUND, CONTEXT_LENGTH -> {
        ByteBuf out = exchange.buffer(512);
        format.error(out, ApiError.internal());
        format.done(out);
        exchange.lastChunks(out);
      }
      case TRUNCATED -> exchange.lastChunks(exchange.buffer(0));
      case EMPTY -> {
        ByteBuf out = open(1);
        format.text(out, new int[0], true);
        format.usage(out);
        format.done(out);
        exchange.lastChunks(out);
      }
      case RESET -> exchange.reset();
      case HANG_BEFORE_FIRST_TOKEN, STALL -> {}
    }
  }

  private ByteBuf open(int tokens) {
    ByteBuf out = exchange.buffer(begun ? 384 + 32 * tokens : 1024 + 32 * tokens);
    if (!begun) {
      begun = true;
      format.role(out);
    }
    return out;
  }
}
