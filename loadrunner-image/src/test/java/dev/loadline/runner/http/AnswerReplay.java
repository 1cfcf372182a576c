package dev.loadline.runner.http;

import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import dev.loadline.runner.measure.TokenGaps;
import dev.loadline.runner.prompt.Message;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Feeds the bytes of an HTTP answer, cut anywhere, through everything that reads answers. */
final class AnswerReplay {
  static final RequestBody BODY =
      new RequestEncoder(Api.CHAT, EngineProfile.OPENAI, "m", Optional.empty())
          .encode(List.of(Message.user(ClientFixture.PROMPT)), 4);
  private static final AnswerTools TOOLS = tools(new AnswerBudget(Long.MAX_VALUE));

  /** What was read, without the instants. */
  record Result(
      Outcome outcome,
      int events,
      int output,
      OptionalInt input,
      OptionalInt cached,
      OptionalInt reasoning,
      boolean plainJson,
      List<Integer> tokensPerEvent) {}

  private AnswerReplay() {}

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
    RequestTimeline timeline = new RequestTimeline();
    timeline.reset(0, 4);
    timeline.sent(1);
    List<Integer> tokens = new ArrayList<>();
    TokenGaps gaps =
        new TokenGaps() {
          @Override
          public void gap(long gapNanos, int count) {}

          @Override
          public void received(long nanos, int count) {
            tokens.add(count);
          }
        };
    ReadStamp stamp = new ReadStamp();
    Exchange exchange = new Exchange(BODY, timeline, gaps, done -> {});
    Reading reading = new Reading(new AnswerReader(TOOLS, stamp, exchange), stamp);
    EmbeddedChannel channel = new EmbeddedChannel(stamp, new HttpClientCodec(), reading);
    int from = 0;
    for (int to : cuts) {
      channel.writeInbound(Unpooled.copiedBuffer(Arrays.copyOfRange(http, from, to)));
      from = to;
    }
    channel.writeInbound(Unpooled.copiedBuffer(Arrays.copyOfRange(http, from, http.length)));
    channel.finishAndReleaseAll();
    return new Result(
        reading.outcome.orElseThrow(),
        timeline.counts().events(),
        timeline.counts().output(),
        timeline.counts().input(),
        timeline.counts().cached(),
        timeline.counts().reasoning(),
        timeline.isPlainJson(),
        tokens);
  }

  private static final class Reading extends ChannelInboundHandlerAdapter {
    private final AnswerReader reader;
    private final ReadStamp stamp;
    private Optional<Outcome> outcome = Optional.empty();

    Reading(AnswerReader reader, ReadStamp stamp) {
      this.reader = reader;
      this.stamp = stamp;
    }

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
