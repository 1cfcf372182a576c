package dev.loadline.runner.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.measure.ErrorClass;
import dev.loadline.runner.measure.Outcome;
import dev.loadline.runner.measure.RequestTimeline;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that drip: the reader is told that time has passed, nobody waits for it. */
class SlowAnswerTest {
  private static final Timeouts TIMEOUTS =
      new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(120), Duration.ofSeconds(60));
  private static final String HEAD = "HTTP/1.1 200 OK\r\n\r\n";
  private static final String TOKEN = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
  private static final String FINISH = "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\n";
  private static final Optional<ErrorClass> SUCCESS = Optional.empty();

  private final ReadStamp stamp = new ReadStamp();
  private final AnswerReader reader;
  private final EmbeddedChannel channel;

  SlowAnswerTest() {
    RequestTimeline timeline = new RequestTimeline();
    timeline.reset(0, 1);
    timeline.sent(System.nanoTime());
    Exchange exchange = new Exchange(AnswerReplay.BODY, timeline, NoTokenGaps.INSTANCE, done -> {});
    reader =
        new AnswerReader(AnswerReplay.tools(new AnswerBudget(Long.MAX_VALUE)), stamp, exchange);
    channel =
        new EmbeddedChannel(
            stamp,
            new HttpClientCodec(),
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext context, Object message) {
                assertThat(reader.read((HttpObject) message)).isEmpty();
                ReferenceCountUtil.release(message);
              }
            });
  }

  private void comes(String ascii) {
    channel.writeInbound(Unpooled.copiedBuffer(ascii, StandardCharsets.US_ASCII));
  }

  /** How it ends when nothing more has come for so long; fails if it does not end. */
  private Optional<ErrorClass> endsAfter(Duration silence) {
    Outcome outcome =
        reader.checkTime(System.nanoTime() + silence.toNanos(), TIMEOUTS).orElseThrow();
    return outcome instanceof Outcome.Failure failure ? Optional.of(failure.errorClass()) : SUCCESS;
  }

  private void isOpenAfter(Duration silence) {
    assertThat(reader.checkTime(System.nanoTime() + silence.toNanos(), TIMEOUTS)).isEmpty();
  }

  /** The client looks so seldom, unless the deadline is nearer. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nx: y",
        "HTTP/1.1 500 No\r\n\r\n",
        HEAD + TOKEN,
        HEAD + TOKEN + FINISH,
        HEAD + TOKEN + "data: [DONE]\n\n",
      })
  void waitsUntilItsDeadlineWhichNothingMovesNearerThanASecond(String answer) {
    long before = System.nanoTime();
    comes(answer);
    long deadline = reader.deadlineNanos(TIMEOUTS);

    assertThat(deadline - before).isGreaterThanOrEqualTo(AnswerReader.AFTER_DONE_NANOS);
    assertThat(reader.checkTime(deadline, TIMEOUTS)).isEmpty();
    assertThat(reader.checkTime(deadline + 1, TIMEOUTS)).isPresent();
  }

  @Test
  void endsDrippingHeaders() {
    comes("HTTP/1.1 200 OK\r\nx: y");

    isOpenAfter(Duration.ofSeconds(100));
    assertThat(endsAfter(Duration.ofSeconds(121))).hasValue(ErrorClass.FIRST_TOKEN_TIMEOUT);
  }

  @Test
  void endsCommentsInPlaceOfAFirstToken() {
    comes(HEAD + ": ping\n\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n");

    isOpenAfter(Duration.ofSeconds(100));
    assertThat(endsAfter(Duration.ofSeconds(121))).hasValue(ErrorClass.FIRST_TOKEN_TIMEOUT);
  }

  @Test
  void endsADocumentThatDrips() {
    comes(HEAD + "{\"choices\":[");

    assertThat(endsAfter(Duration.ofSeconds(121))).hasValue(ErrorClass.FIRST_TOKEN_TIMEOUT);
  }

  @Test
  void endsAnAnswerThatFallsSilent() {
    comes(HEAD + TOKEN);

    isOpenAfter(Duration.ofSeconds(50));
    assertThat(endsAfter(Duration.ofSeconds(61))).hasValue(ErrorClass.IDLE_TIMEOUT);
  }

  @Test
  void takesAFinishedAnswerWithoutItsEnd() {
    comes(HEAD + TOKEN + FINISH);

    isOpenAfter(Duration.ofSeconds(50));
    assertThat(endsAfter(Duration.ofSeconds(61))).isEqualTo(SUCCESS);
  }

  @Test
  void waitsASecondForTheEndBehindDone() {
    comes(HEAD + TOKEN + FINISH + "data: [DONE]\n\n");

    isOpenAfter(Duration.ofMillis(500));
    assertThat(endsAfter(Duration.ofMillis(1_100))).isEqualTo(SUCCESS);
  }

  @Test
  void waitsASecondForTheEndBehindDoneWithoutAToken() {
    comes(HEAD + "data: [DONE]\n\n");

    assertThat(endsAfter(Duration.ofMillis(1_100))).hasValue(ErrorClass.EMPTY);
  }

  @Test
  void waitsFiveSecondsForTheWordsOfAnError() {
    comes("HTTP/1.1 500 Oops\r\ncontent-length: 100\r\n\r\n{\"error\":");

    isOpenAfter(Duration.ofSeconds(4));
    assertThat(endsAfter(Duration.ofSeconds(6))).hasValue(ErrorClass.HTTP_5XX);
  }
}
