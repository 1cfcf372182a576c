package dev.loadline.runner.simulator;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection: answers its requests one after the other, pipelined ones in their order. */
@SuppressWarnings("FutureReturnValueIgnored") // nothing follows from the end of a close
final class ConnectionHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);
  private static final int MOST_PENDING = 64;

  private final Router router;
  private final ArrivalStamp stamp;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private Optional<Generation> generation = Optional.empty();
  private boolean busy;

  private record Pending(FullHttpRequest request, long arrivalNanos) {}

  ConnectionHandler(Router router, ArrivalStamp stamp) {
    this.router = router;
    this.stamp = stamp;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (!busy) {
      answer(context, request, stamp.nanos());
    } else if (pending.size() < MOST_PENDING) {
      pending.add(new Pending(request.retain(), stamp.nanos()));
    } else {
      context.close();
    }
  }

  private void answer(ChannelHandlerContext context, FullHttpRequest request, long arrivalNanos) {
    busy = true;
    generation = Optional.empty();
    boolean wellFormed = request.decoderResult().isSuccess();
    boolean keepAlive = wellFormed && HttpUtil.isKeepAlive(request);
    Exchange exchange = new Exchange(context, arrivalNanos, keepAlive, () -> answered(context));
    if (wellFormed) {
      generation = router.route(request, exchange, context.executor());
    } else {
      exchange.respond(
          Page.of(ApiError.badRequest("The request is not valid HTTP.", Optional.empty())));
    }
  }

  private void answered(ChannelHandlerContext context) {
    busy = false;
    if (!pending.isEmpty()) {
      context.executor().execute(() -> answerNext(context));
    }
  }

  private void answerNext(ChannelHandlerContext context) {
    Pending next = busy ? null : pending.poll();
    if (next == null) {
      return;
    }
    try {
      answer(context, next.request(), next.arrivalNanos());
    } finally {
      next.request().release();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    generation.ifPresent(Generation::abandon);
    pending.forEach(waiting -> waiting.request().release());
    pending.clear();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Throwable inner = cause.getCause();
    if (inner instanceof SSLException && !(inner instanceof NotSslRecordException)) {
      LOG.atWarn().addKeyValue("found", inner.getMessage()).log("a client broke TLS off");
    } else if (!(cause instanceof IOException) && !(inner instanceof SSLException)) {
      LOG.atWarn().setCause(cause).log("a connection ends after an unexpected failure");
    }
    context.close();
  }
}
