package dev.loadline.runner.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Opens connections to an endpoint. A name with several addresses gets connections to each in turn,
 * since a headless Service is such a name.
 */
final class Connector {
  private static final int MAX_HEADERS = 64 << 10;
  private static final int MAX_CHUNK = 64 << 10;

  private final Endpoint endpoint;
  private final Bootstrap bootstrap;
  private volatile List<InetAddress> addresses = List.of();
  private final Optional<SslContext> tls;
  private int next;

  /**
   * A connector that does not know the host's addresses yet.
   *
   * @throws IllegalArgumentException with a sentence for the user if the CA bundle is unusable
   */
  Connector(EventLoops loops, EventLoop loop, Endpoint endpoint) {
    this.endpoint = endpoint;
    tls = endpoint.isTls() ? Optional.of(endpoint.tls().context()) : Optional.empty();
    bootstrap =
        loops
            .client(loop)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
  }

  /** Looks up the host's addresses, blocking; keeps those of the first one's family. */
  void resolve() {
    try {
      InetAddress[] all = InetAddress.getAllByName(endpoint.host());
      addresses = Arrays.stream(all).filter(one -> one.getClass() == all[0].getClass()).toList();
    } catch (UnknownHostException e) {
      addresses = List.of();
    }
  }

  /** True if the name could be resolved. */
  boolean knowsHost() {
    return !addresses.isEmpty();
  }

  /**
   * Begins to connect.
   *
   * @param stamp sees the bytes off the socket
   * @param plain sees the bytes of the answer, decrypted; the same as {@code stamp} without TLS
   * @param handler gets the HTTP messages
   */
  ChannelFuture connect(ReadStamp stamp, ReadStamp plain, ChannelHandler handler) {
    List<InetAddress> known = addresses;
    InetAddress address = known.get(Math.floorMod(next++, known.size()));
    return bootstrap
        .clone()
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                fill(channel, stamp, plain, handler);
              }
            })
        .connect(new InetSocketAddress(address, endpoint.port()));
  }

  private void fill(
      SocketChannel channel, ReadStamp stamp, ReadStamp plain, ChannelHandler handler) {
    channel.pipeline().addLast(stamp);
    tls.ifPresent(context -> {
      SslHandler ssl = context.newHandler(channel.alloc(), endpoint.host(), endpoint.port());
      ssl.setHandshakeTimeoutMillis(0);
      channel.pipeline().addLast(ssl, plain);
    });
    HttpDecoderConfig limits =
        new HttpDecoderConfig().setMaxHeaderSize(MAX_HEADERS).setMaxChunkSize(MAX_CHUNK);
    channel.pipeline().addLast(new HttpClientCodec(limits, false, false), handler);
  }
}
