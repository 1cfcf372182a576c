package dev.loadline.runner.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Opens connections to an endpoint. A name with several addresses gets connections to each in turn,
 * since a headless Service is such a name; connectors that share their addresses share the turn.
 */
final class Connector {
  private static final int MAX_HEADERS = 64 << 10;
  private static final int MAX_CHUNK = 64 << 10;

  private final Endpoint endpoint;
  private final HostAddresses addresses;
  private final Bootstrap bootstrap;
  private final Optional<TlsSettings.Client> tls;

  /**
   * A connector.
   *
   * @param bootstrap of client connections on one loop
   * @throws IllegalArgumentException with a sentence for the user if the CA bundle is unusable
   */
  Connector(Bootstrap bootstrap, HostAddresses addresses, Endpoint endpoint) {
    this.endpoint = endpoint;
    this.addresses = addresses;
    tls = endpoint.isTls() ? Optional.of(endpoint.tls().client(endpoint.host())) : Optional.empty();
    this.bootstrap =
        bootstrap
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
  }

  /** The same to the host's addresses as the JVM finds them, which it does not know yet. */
  static Connector of(EventLoops loops, EventLoop loop, Endpoint endpoint) {
    return new Connector(loops.client(loop), HostAddresses.of(endpoint), endpoint);
  }

  /** Where the host is. */
  HostAddresses addresses() {
    return addresses;
  }

  /**
   * Begins to connect; the host's address must be known.
   *
   * @param stamp sees the bytes off the socket
   * @param plain sees the bytes of the answer, decrypted; the same as {@code stamp} without TLS
   * @param handler gets the HTTP messages
   */
  ChannelFuture connect(ReadStamp stamp, ReadStamp plain, ChannelHandler handler) {
    InetAddress address = addresses.next();
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
    tls.ifPresent(client ->
        channel.pipeline().addLast(client.handler(channel.alloc()), new EndWithServer(), plain));
    HttpDecoderConfig limits =
        new HttpDecoderConfig().setMaxHeaderSize(MAX_HEADERS).setMaxChunkSize(MAX_CHUNK);
    channel.pipeline().addLast(new HttpClientCodec(limits, false, false), handler);
  }

  /**
   * Closes a connection over which the server has said that it will send nothing more: with TLS 1.3
   * that leaves the connection open, and a body without a length would never end.
   */
  private static final class EndWithServer extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (SslCloseCompletionEvent.SUCCESS.equals(event)) {
        ChannelFuture _ = context.close();
      }
      context.fireUserEventTriggered(event);
    }
  }
}
