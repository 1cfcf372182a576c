package dev.loadline.runner.http;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import dev.loadline.runner.measure.TokenGaps;
import dev.loadline.runner.prompt.Message;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Feeds the bytes of HTTP answers, cut anywhere, through everything that reads answers: one answer
 * after the other with the same tools, as a kept-alive connection does.
 */
final class AnswerReplay {
  static final RequestBody BODY =
      new RequestEncoder(Api.CHAT, EngineProfile.OPENAI, "m", Optional.empty())
          .encode(List.of(Message.user(ClientFixture.PROMPT)), 4);
  private static final AnswerTools TOOLS = tools(new AnswerBudget(Long.MAX_VALUE));

  private final ReadStamp stamp = new ReadStamp();
  private final RequestTimeline timeline = new RequestTimeline();
  private final List<Integer> tokens = new ArrayList<>();
  private final List<Integer> reads = new ArrayList<>();
  private final AnswerTools tools;
  private AnswerReader reader;
  private final Exchange exchange;
  private int read;

  /** What was read, without the instants. */
  record Result(
      Outcome outcome,
      int events,
      int output,
      OptionalInt input,
      OptionalInt cached,
      OptionalInt reasoning,
      boolean plainJson,
      List<Integer> tokensPerEvent) {
    /** Why it failed, if it did. */
    Optional<ErrorClass> failure() {
      return outcome instanceof Outcome.Failure failure
          ? Optional.of(failure.errorClass())
          : Optional.empty();
    }
  }

  AnswerReplay(AnswerTools tools) {
    this.tools = tools;
    TokenGaps gaps =
        new TokenGaps() {
          @Override
          public void gap(long gapNanos, int count) {}

          @Override
          public void received(long nanos, int count) {
            tokens.add(count);
            reads.add(read);
          }
        };
    exchange = new Exchange(BODY, timeline, gaps, done -> {});
  }

  static AnswerTools tools(AnswerBudget budget) {
    return new AnswerTools(ClientFixture.endpoint(1, Timeouts.DEFAULT), budget);
  }

  /** The answer in one read, then the end of the connection. */
  static Result whole(byte[] http) {
    return cut(http);
  }

  /** Head of an event stream that ends with the connection, then this body. */
  static Result body(String latin1) {
    String head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
    return whole((head + latin1).getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The answer in one read more than there are cuts. */
  static Result cut(byte[] http, int... cuts) {
    return new AnswerReplay(TOOLS).read(http, cuts);
  }

  /** Reads the next answer, in one read more than there are cuts. */
  Result read(byte[] http, int... cuts) {
    timeline.reset(0, 4);
    timeline.sent(1);
    tokens.clear();
    reads.clear();
    stamp.reset();
    reader = new AnswerReader(tools, stamp, exchange);
    Reading reading = new Reading();
    HttpDecoderConfig limits =
        new HttpDecoderConfig().setMaxHeaderSize(64 << 10).setMaxChunkSize(64 << 10);
    EmbeddedChannel channel =
        new EmbeddedChannel(new Stamping(), new HttpClientCodec(limits, false, false), reading);
    read = 0;
    int from = 0;
    for (int to : cuts) {
      channel.writeInbound(Unpooled.wrappedBuffer(Arrays.copyOfRange(http, from, to)));
      from = to;
      read++;
    }
    channel.writeInbound(Unpooled.wrappedBuffer(Arrays.copyOfRange(http, from, http.length)));
    channel.finishAndReleaseAll();
    reader.release();
    return new Result(
        reading.outcome.orElseThrow(),
        timeline.counts().events(),
        timeline.counts().output(),
        timeline.counts().input(),
        timeline.counts().cached(),
        timeline.counts().reasoning(),
        timeline.isPlainJson(),
        List.copyOf(tokens));
  }

  /** For each token event of the last answer, the number of the read that brought it. */
  List<Integer> readsOfTokens() {
    return List.copyOf(reads);
  }

  /** The one stamp in any number of channels. */
  private final class Stamping extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      stamp.channelRead(context, bytes);
    }
  }

  private final class Reading extends ChannelInboundHandlerAdapter {
    private Optional<Outcome> outcome = Optional.empty();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (outcome.isEmpty()) {
        outcome = reader.read((HttpObject) message);
      }
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (outcome.isEmpty()) {
        outcome = Optional.of(reader.broken(Optional.empty(), stamp.hasRead()));
      }
    }
  }
}
