package dev.loadline.runner.drive;

import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.LoopbackCertificate;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server within this process that streams answers of vLLM's event shape at a fixed pace: what the
 * client is warmed up against. Reachable from this machine only.
 */
final class LoopbackServer implements AutoCloseable {
  private static final int MAX_REQUEST_BYTES = 16 << 20;

  private final Script script;
  private final String scheme;
  private final Channel channel;

  /**
   * How it answers.
   *
   * @param api the event shape
   * @param tokens token events of an answer, at least 1
   * @param firstToken from the request until the first of them
   * @param gap from one to the next
   */
  record Script(Api api, int tokens, Duration firstToken, Duration gap) {
    private byte[] token(int index) {
      return event(
          "{%s\"choices\":[{\"index\":0,%s,\"logprobs\":null,\"finish_reason\":null}]}"
              .formatted(head(), text(" word" + index % 10)));
    }

    private byte[] end(int promptBytes) {
      String finish =
          "{%s\"choices\":[{\"index\":0,%s,\"logprobs\":null,\"finish_reason\":\"length\"}]}"
              .formatted(head(), text(""));
      int prompt = Math.max(1, promptBytes / 6);
      String usage =
          ("{%s\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d,"
                  + "\"completion_tokens\":%d}}")
              .formatted(head(), prompt, prompt + tokens, tokens);
      return ("data: " + finish + "\n\ndata: " + usage + "\n\ndata: [DONE]\n\n")
          .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] event(String json) {
      return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private String text(String text) {
      return switch (api) {
        case CHAT -> "\"delta\":{\"content\":\"" + text + "\"}";
        case COMPLETIONS -> "\"text\":\"" + text + "\"";
      };
    }

    private String head() {
      String object = api == Api.CHAT ? "chat.completion.chunk" : "text_completion";
      return ("\"id\":\"cmpl-0a1b2c3d4e5f60718293a4b5c6d7e8f9\",\"object\":\"%s\","
              + "\"created\":1760000000,\"model\":\"loopback\",")
          .formatted(object);
    }
  }

  private LoopbackServer(Script script, EventLoops loops, Optional<LoopbackCertificate> own) {
    this.script = script;
    scheme = own.isPresent() ? "https" : "http";
    Optional<SslContext> tls = own.map(LoopbackCertificate::server);
    channel =
        loops
            .server()
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    tls.ifPresent(context ->
                        accepted.pipeline().addLast(context.newHandler(accepted.alloc())));
                    accepted
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(),
                            new HttpObjectAggregator(MAX_REQUEST_BYTES),
                            new Answers());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  /** Starts one on any free port, on loops of its own that the caller closes. */
  static LoopbackServer start(Script script, EventLoops loops) {
    return new LoopbackServer(script, loops, Optional.empty());
  }

  /** The same that speaks TLS with this certificate. */
  static LoopbackServer startTls(Script script, EventLoops loops, LoopbackCertificate own) {
    return new LoopbackServer(script, loops, Optional.of(own));
  }

  /** Its URL with the base path. */
  String url() {
    InetSocketAddress address = (InetSocketAddress) channel.localAddress();
    return scheme + "://127.0.0.1:" + address.getPort() + "/v1";
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
  }

  /** One connection, one request at a time. */
  private final class Answers extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      int promptBytes = request.content().readableBytes();
      HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
          .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      var _ = context.writeAndFlush(response);
      later(context, script.firstToken(), () -> token(context, 0, promptBytes));
    }

    private void token(ChannelHandlerContext context, int index, int promptBytes) {
      if (!context.channel().isActive()) {
        return;
      }
      write(context, script.token(index));
      if (index + 1 < script.tokens()) {
        later(context, script.gap(), () -> token(context, index + 1, promptBytes));
        return;
      }
      write(context, script.end(promptBytes));
      var _ = context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private static void write(ChannelHandlerContext context, byte[] bytes) {
      var _ = context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
    }

    private static void later(ChannelHandlerContext context, Duration delay, Runnable task) {
      var _ = context.executor().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }
}
