package dev.loadline.runner.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * One request on a connection, and the way back. Chunks of a stream are framed by the caller and
 * bypass the codec: one buffer, one system call for each event. Writes use the void promise, so
 * that a failed one ends in the connection's {@code exceptionCaught}.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class Exchange {
  private final ChannelHandlerContext context;
  private final ChannelHandlerContext codec;
  private final long arrivalNanos;
  private final boolean keepAlive;
  private final Runnable answered;

  /**
   * An exchange.
   *
   * @param arrivalNanos when the request's last bytes were read
   * @param keepAlive whether the connection stays open afterwards
   * @param answered told when the whole answer has been written
   */
  Exchange(ChannelHandlerContext context, long arrivalNanos, boolean keepAlive, Runnable answered) {
    this.context = context;
    this.codec = context.pipeline().context(HttpServerCodec.class);
    this.arrivalNanos = arrivalNanos;
    this.keepAlive = keepAlive;
    this.answered = answered;
  }

  long arrivalNanos() {
    return arrivalNanos;
  }

  /** A buffer for {@link #chunks}. */
  ByteBuf buffer(int size) {
    return context.alloc().ioBuffer(size);
  }

  /** Answers with one page. */
  void respond(Page page) {
    byte[] body = page.body();
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(page.status()),
            Unpooled.wrappedBuffer(body));
    HttpHeaders headers = headers(response.headers(), page.contentType());
    headers.setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    page.headers().forEach(headers::set);
    context.writeAndFlush(response, context.voidPromise());
    end();
  }

  /** Sends the first half of a page's body and closes the connection. */
  void respondHalf(Page page) {
    byte[] body = page.body();
    DefaultHttpResponse response =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(page.status()));
    headers(response.headers(), page.contentType())
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    context.write(response, context.voidPromise());
    codec
        .writeAndFlush(Unpooled.wrappedBuffer(body, 0, body.length / 2))
        .addListener(ChannelFutureListener.CLOSE);
  }

  /** Sends the headers of an event stream. */
  void beginStream() {
    DefaultHttpResponse response =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    headers(response.headers(), "text/event-stream; charset=utf-8")
        .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    context.writeAndFlush(response, context.voidPromise());
  }

  /** Sends chunks of a stream, framed already. */
  void chunks(ByteBuf chunks) {
    codec.writeAndFlush(chunks, codec.voidPromise());
  }

  /** Sends chunks of a stream and its end. */
  void lastChunks(ByteBuf chunks) {
    codec.write(chunks, codec.voidPromise());
    context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, context.voidPromise());
    end();
  }

  /** False if the client does not read as fast as it is sent to. */
  boolean isWritable() {
    return context.channel().isWritable();
  }

  /** Resets the connection (TCP RST). */
  void reset() {
    context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    context.close();
  }

  private void end() {
    if (!keepAlive) {
      context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
    answered.run();
  }

  private HttpHeaders headers(HttpHeaders headers, String contentType) {
    headers.set(HttpHeaderNames.SERVER, "loadline-simulator");
    headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
    if (!keepAlive) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return headers;
  }
}
