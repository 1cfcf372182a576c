package dev.loadline.benchmark;

import dev.loadline.runner.http.Instants;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the server, one answer after the other. Its event is made once and written
 * again and again, with the instant of each write put into its id: nothing is allocated and nothing
 * is copied per token. A stream that is late by a gap or more writes two events at once, as any
 * server does that is pressed; one whose last write the kernel has not taken yet is put off. A
 * question how many tokens a prompt has is answered at once and is no request of the load.
 */
final class Stream extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final String HEAD =
      "{\"id\":\"chatcmpl-%s\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,"
          + "\"model\":\"loopback\",\"choices\":[";
  private static final String TOKEN =
      "{\"index\":0,\"delta\":{\"content\":\" token\"},\"logprobs\":null,"
          + "\"finish_reason\":null,\"token_ids\":null}]}";
  private static final String EVENT = HEAD.formatted(Instants.PLACE) + TOKEN;
  private static final String FINISH =
      HEAD.formatted("end")
          + "{\"index\":0,\"delta\":{\"content\":\"\"},\"logprobs\":null,"
          + "\"finish_reason\":\"length\",\"stop_reason\":null,\"token_ids\":null}]}";
  private static final String USAGE =
      HEAD.formatted("end")
          + "],\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d,\"completion_tokens\":%d}}";
  private static final String OK =
      head("200 OK", "text/event-stream", "transfer-encoding: chunked");
  private static final String MODELS =
      "{\"object\":\"list\",\"data\":[{\"id\":\"loopback\",\"object\":\"model\",\"max_model_len\":32768}]}";

  /** In a question how many tokens a prompt has; no script is so short. */
  private static final ByteBuf ONE_TOKEN = direct("\"max_tokens\":1,");

  private final TimedServer server;
  private final ByteBuf events = direct(chunk(event(EVENT)).repeat(2));
  private final int length = events.readableBytes() / 2;
  private final int instantAt;
  private @Nullable ChannelHandlerContext out;
  private Script script = Script.paced(1);
  private int promptTokens;
  private int written;
  private long requestNanos;
  private long firstNanos;
  private long dueNanos;

  Stream(TimedServer server) {
    this.server = server;
    instantAt = events.toString(StandardCharsets.US_ASCII).indexOf(Instants.PLACE);
  }

  private static String head(String status, String type, String framing) {
    return "HTTP/1.1 %s\r\ncontent-type: %s\r\n%s\r\n\r\n".formatted(status, type, framing);
  }

  private static String event(String json) {
    return "data: " + json + "\n\n";
  }

  private static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  private static ByteBuf direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
  }

  /** The context behind which nothing stands that would look at what is written. */
  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    out = context.pipeline().context(HttpRequestDecoder.class);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    requestNanos = System.nanoTime();
    if (!request.method().equals(HttpMethod.POST)) {
      page(request.uri());
      return;
    }
    String path = request.uri();
    script = Script.of(path);
    promptTokens = Math.max(1, request.content().readableBytes() / 6);
    if (ByteBufUtil.indexOf(ONE_TOKEN, request.content()) >= 0) {
      String token = chunk(event(HEAD.formatted("count") + TOKEN));
      write(direct(OK + token + end(1)));
      return;
    }
    written = 0;
    dueNanos = requestNanos + script.first().toNanos() + server.spread(script);
    write(direct(OK));
    server.begins(script, this);
  }

  private void page(String path) {
    boolean known = path.endsWith("/models");
    String body = known ? MODELS : "{}";
    String status = known ? "200 OK" : "404 Not Found";
    write(direct(head(status, "application/json", "content-length: " + body.length()) + body));
  }

  /** When its next token is due. */
  long dueNanos() {
    return dueNanos;
  }

  /** Writes the token that is due; false if the answer has ended with it. */
  boolean writeNext() {
    if (out == null || !out.channel().isActive()) {
      return false;
    }
    long now = System.nanoTime();
    long gap = script.gap().toNanos();
    if (events.refCnt() > 1) {
      dueNanos = now + gap;
      return true;
    }
    if (written == 0) {
      firstNanos = now - requestNanos;
    }
    server.wrote();
    Instants.put(events, instantAt, now, written == 0);
    written++;
    boolean two = now - dueNanos >= gap && written < script.tokens();
    if (two) {
      server.wrote();
      Instants.put(events, instantAt + length, now, false);
      written++;
    }
    write(events.setIndex(0, two ? 2 * length : length).retain());
    dueNanos += two ? 2 * gap : gap;
    if (written == script.tokens()) {
      write(direct(end(script.tokens())));
      server.answered(requestNanos, firstNanos);
      return false;
    }
    return true;
  }

  private String end(int tokens) {
    String usage = USAGE.formatted(promptTokens, promptTokens + tokens, tokens);
    return chunk(event(FINISH) + event(usage) + event("[DONE]")) + "0\r\n\r\n";
  }

  private void write(ByteBuf bytes) {
    if (out != null) {
      var _ = out.writeAndFlush(bytes, out.voidPromise());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    var _ = events.release();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }
}
