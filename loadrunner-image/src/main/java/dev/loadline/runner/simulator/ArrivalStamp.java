package dev.loadline.runner.simulator;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.LongSupplier;

/** Remembers when bytes were last read, before TLS and before anything looks at them. */
final class ArrivalStamp extends ChannelInboundHandlerAdapter {
  private final LongSupplier nanoTime;
  private long nanos;

  ArrivalStamp(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** {@code nanoTime} of the last read. */
  long nanos() {
    return nanos;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    nanos = nanoTime.getAsLong();
    context.fireChannelRead(message);
  }
}
