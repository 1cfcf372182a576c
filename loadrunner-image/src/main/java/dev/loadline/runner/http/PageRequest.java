package dev.loadline.runner.http;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One small request over a connection of its own, whose answer is read up to a bound. */
final class PageRequest extends ChannelInboundHandlerAdapter {
  private static final int MAX_BODY = 1 << 20;
  private static final int MAX_TOKENS_BODY = 16 << 20;

  /** What came of it. */
  sealed interface Reply {
    /**
     * An answer.
     *
     * @param status HTTP status
     * @param headers its headers
     * @param body its body in UTF-8, cut at the request's bound
     */
    record Page(int status, HttpHeaders headers, String body) implements Reply {}

    /** No answer, and why. */
    record None(Outcome.Failure failure) implements Reply {}
  }

  private final Endpoint endpoint;
  private final FullHttpRequest request;
  private final int mostBytes;
  private final CompletableFuture<Reply> reply = new CompletableFuture<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private volatile @Nullable HttpResponse head;
  private volatile boolean sent;

  private PageRequest(
      Endpoint endpoint, HttpMethod method, String path, byte[] json, int mostBytes) {
    this.endpoint = endpoint;
    this.mostBytes = mostBytes;
    HttpHeaders headers = RequestWriter.commonHeaders(endpoint);
    headers.set(HttpHeaderNames.CONNECTION, "close");
    if (method.equals(HttpMethod.POST)) {
      headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
      headers.set(HttpHeaderNames.CONTENT_LENGTH, json.length);
    }
    ByteBuf content = Unpooled.wrappedBuffer(json);
    request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, method, path, content, headers, EmptyHttpHeaders.INSTANCE);
  }

  /** A GET whose answer is read up to 1 MiB. */
  static PageRequest get(Endpoint endpoint, String path) {
    return new PageRequest(
        endpoint, HttpMethod.GET, path.isEmpty() ? "/" : path, new byte[0], MAX_BODY);
  }

  /** A POST of an empty JSON object. */
  static PageRequest postNothing(Endpoint endpoint, String path) {
    return new PageRequest(endpoint, HttpMethod.POST, path, new byte[] {'{', '}'}, MAX_BODY);
  }

  /** A POST of this JSON, whose answer may name every token of a long prompt: up to 16 MiB. */
  static PageRequest post(Endpoint endpoint, String path, byte[] json) {
    return new PageRequest(endpoint, HttpMethod.POST, path, json, MAX_TOKENS_BODY);
  }

  /** Sends it and waits for the answer, at most that long. Not to be called on an event loop. */
  Reply send(Connector connector, Duration limit) throws InterruptedException {
    ReadStamp stamp = new ReadStamp();
    ReadStamp plain = endpoint.isTls() ? new ReadStamp() : stamp;
    ChannelFuture connecting = connector.connect(stamp, plain, this);
    connecting.addListener(future -> {
      if (!future.isSuccess()) {
        reply.complete(new Reply.None(Failures.ofConnecting(future.cause(), endpoint)));
      }
    });
    try {
      return reply.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return new Reply.None(tooSlow(limit));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      if (connecting.cause() == null) {
        ChannelFuture _ = connecting.channel().close();
      }
    }
  }

  private Outcome.Failure tooSlow(Duration limit) {
    HttpResponse begun = head;
    String what =
        begun == null
            ? "did not answer"
            : "began an answer (HTTP " + begun.status().code() + ") and did not end it";
    return Failures.failure(
        sent ? ErrorClass.FIRST_TOKEN_TIMEOUT : ErrorClass.CONNECT_TIMEOUT,
        endpoint.authority() + " " + what + " within " + Failures.time(limit) + ".");
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (!endpoint.isTls()) {
      write(context);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        write(context);
      } else {
        reply.complete(new Reply.None(Failures.ofConnecting(handshake.cause(), endpoint)));
      }
    }
  }

  private void write(ChannelHandlerContext context) {
    sent = true;
    ChannelFuture _ = context.writeAndFlush(request);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (((HttpObject) message).decoderResult().isFailure()) {
        fail(ErrorClass.BAD_RESPONSE, endpoint.authority() + " answers something that is no HTTP.");
        return;
      }
      if (message instanceof HttpResponse response && response.status().code() >= 200) {
        head = response;
      }
      if (message instanceof HttpContent content && head != null) {
        ByteBuf bytes = content.content();
        int length = Math.min(bytes.readableBytes(), mostBytes - body.size());
        byte[] copy = new byte[length];
        bytes.readBytes(copy);
        body.writeBytes(copy);
        if (message instanceof LastHttpContent || body.size() == mostBytes) {
          complete(head);
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void complete(HttpResponse response) {
    String text = body.toString(StandardCharsets.UTF_8);
    reply.complete(new Reply.Page(response.status().code(), response.headers(), text));
  }

  private void fail(ErrorClass errorClass, String sentence) {
    reply.complete(new Reply.None(Failures.failure(errorClass, sentence)));
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (head != null && head.status().code() != 200) {
      // The status says it all.
      complete(head);
    } else if (head != null) {
      fail(
          ErrorClass.TRUNCATED,
          endpoint.authority() + " closed the connection before its answer had ended.");
    } else if (sent) {
      fail(ErrorClass.RESET, endpoint.authority() + " closed the connection without an answer.");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (sent) {
      reply.complete(new Reply.None(Failures.ofBreaking(cause)));
    }
  }
}
