package dev.loadline.runner.drive;

import dev.loadline.runner.http.Api;
import dev.loadline.runner.http.EventLoops;
import dev.loadline.runner.http.LoopbackCertificate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server within this process that streams answers of vLLM's event shape at a fixed pace: what the
 * client is warmed up against. Reachable from this machine only.
 */
final class LoopbackServer implements AutoCloseable {
  private static final int MAX_REQUEST_BYTES = 16 << 20;

  /** Shorter than a chunk's length line, than an event, and longer than several. */
  private static final int[] ODD_PIECES = {3, 190, 411, 1_021, 17, 2_503};

  private static final String HEAD =
      """
      HTTP/1.1 200 OK\r
      content-type: text/event-stream; charset=utf-8\r
      transfer-encoding: chunked\r
      \r
      """;

  private final Script script;
  private final String scheme;
  private final Channel channel;
  private int answers; // of the one event loop

  /**
   * How it answers.
   *
   * @param api the event shape
   * @param tokens token events of an answer, at least 1
   * @param gap from one write to the next, the first included
   */
  record Script(Api api, int tokens, Duration gap) {
    /**
     * An answer, in the pieces that are written one by one: a token each as a rule, but every
     * fourth answer is cut regardless of its events and chunks, as a network may do.
     */
    private List<ByteBuf> pieces(int answer, int promptBytes) {
      List<ByteBuf> events = new ArrayList<>();
      for (int token = 0; token < tokens; token++) {
        events.add(chunk(token(token)));
      }
      events.add(Unpooled.wrappedBuffer(chunk(end(promptBytes)), ascii("0\r\n\r\n")));
      return answer % 4 < 3 ? events : cut(Unpooled.wrappedBuffer(events.toArray(ByteBuf[]::new)));
    }

    private static List<ByteBuf> cut(ByteBuf stream) {
      List<ByteBuf> pieces = new ArrayList<>();
      while (stream.isReadable()) {
        int longest = ODD_PIECES[pieces.size() % ODD_PIECES.length];
        pieces.add(stream.readBytes(Math.min(longest, stream.readableBytes())));
      }
      return pieces;
    }

    private String token(int index) {
      return event(
          "{%s\"choices\":[{\"index\":0,%s,\"logprobs\":null,\"finish_reason\":null}]}"
              .formatted(head(), text(" word" + index % 10)));
    }

    private String end(int promptBytes) {
      String finish =
          "{%s\"choices\":[{\"index\":0,%s,\"logprobs\":null,\"finish_reason\":\"length\"}]}"
              .formatted(head(), text(""));
      int prompt = Math.max(1, promptBytes / 6);
      String usage =
          ("{%s\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d,"
                  + "\"completion_tokens\":%d}}")
              .formatted(head(), prompt, prompt + tokens, tokens);
      return event(finish) + event(usage) + event("[DONE]");
    }

    private static String event(String data) {
      return "data: " + data + "\n\n";
    }

    private static ByteBuf chunk(String content) {
      return ascii(Integer.toHexString(content.length()) + "\r\n" + content + "\r\n");
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

  private static ByteBuf ascii(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
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
                            new HttpRequestDecoder(),
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
      List<ByteBuf> pieces = script.pieces(answers++, request.content().readableBytes());
      var _ = context.writeAndFlush(ascii(HEAD));
      later(context, pieces.iterator());
    }

    private void later(ChannelHandlerContext context, Iterator<ByteBuf> pieces) {
      Runnable next = () -> write(context, pieces);
      var _ = context.executor().schedule(next, script.gap().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void write(ChannelHandlerContext context, Iterator<ByteBuf> pieces) {
      if (context.channel().isActive()) {
        var _ = context.writeAndFlush(pieces.next());
        if (pieces.hasNext()) {
          later(context, pieces);
        }
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }
}
