package dev.loadline.runner.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;

/**
 * Compares, within a load runner, the stamp of each read with the true instants that the events of
 * the read bear. Netty adds it to each of the client's connections when {@code
 * io.netty.bootstrap.extensions} is {@code serviceload}, so the runner itself knows nothing of it;
 * the stamps that it sees are those that the runner records.
 */
public final class ArrivalTap extends ChannelInitializerExtension {
  /** Made by Netty. */
  public ArrivalTap() {}

  @Override
  public void postInitializeClientChannel(Channel channel) {
    channel.pipeline().addLast(new Mover());
  }

  /** Waits for the pipeline to be filled, then puts the tap right behind the stamp. */
  private static final class Mover extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      InetSocketAddress remote = (InetSocketAddress) context.channel().remoteAddress();
      ReadStamp stamp = context.pipeline().get(ReadStamp.class);
      if (stamp != null && remote.getPort() == ArrivalErrors.PORT) {
        String name = context.pipeline().context(stamp).name();
        context.pipeline().addAfter(name, null, new Tap(stamp));
        ArrivalErrors.ALL.opened();
      }
      context.fireChannelActive();
      context.pipeline().remove(this);
    }
  }

  private static final class Tap extends ChannelInboundHandlerAdapter {
    private final ReadStamp stamp;

    private Tap(ReadStamp stamp) {
      this.stamp = stamp;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof ByteBuf bytes) {
        read(bytes);
      }
      context.fireChannelRead(message);
    }

    /** An event that two reads have brought has no instant of its own, and is passed over. */
    private void read(ByteBuf bytes) {
      int end = bytes.writerIndex() - Instants.length();
      int at = bytes.indexOf(bytes.readerIndex(), bytes.writerIndex(), (byte) '{');
      while (at >= 0 && at + Instants.OFFSET < end) {
        int instant = at + Instants.OFFSET;
        if (bytes.getByte(instant - 1) == '-' && Instants.isAt(bytes, instant)) {
          ArrivalErrors.ALL.record(
              stamp.nanos() - Instants.get(bytes, instant), Instants.isFirst(bytes, instant));
        }
        at = bytes.indexOf(at + 1, bytes.writerIndex(), (byte) '{');
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      ArrivalErrors.ALL.closed();
      context.fireChannelInactive();
    }
  }
}
