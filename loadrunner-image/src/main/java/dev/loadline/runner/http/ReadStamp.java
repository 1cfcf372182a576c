package dev.loadline.runner.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Notes when the last read returned, as the first handler to see its bytes: everything that one
 * read brought shares its instant, and decryption and parsing are not part of it.
 */
final class ReadStamp extends ChannelInboundHandlerAdapter {
  private long nanos;
  private boolean read;

  /** Forgets that anything was read. */
  void reset() {
    read = false;
  }

  /** The monotonic instant at which the last read returned. */
  long nanos() {
    return nanos;
  }

  /** True if bytes have come since {@link #reset}. */
  boolean hasRead() {
    return read;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    nanos = System.nanoTime();
    read = true;
    context.fireChannelRead(bytes);
  }
}
