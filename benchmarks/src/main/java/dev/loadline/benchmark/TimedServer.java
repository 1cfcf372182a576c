package dev.loadline.benchmark;

import dev.loadline.runner.http.EventLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The server of known timing, a process of its own: streams answers on one event loop by the script
 * in the request's path and knows what it did and when. It is asked over its standard input, a line
 * each: {@code reset} forgets, {@code read} answers with a {@link Truth}; it ends with its input.
 */
final class TimedServer {
  private static final int BACKLOG = 8_192;
  private static final int MOST_REQUEST_BYTES = 1 << 20;

  /** Successive multiples of it, modulo 1, are spread evenly however many there are. */
  private static final double GOLDEN_RATIO = 0.618_033_988_749_895;

  private final EventLoop loop;
  private final Map<Script, Pacer> pacers = new HashMap<>();
  private final Histogram firstMicros = new Histogram(3);
  private long begun;
  private long forgotNanos = System.nanoTime();
  private long events;
  private long requests;
  private long firstRequestNanos;

  /** A server on a loop. */
  TimedServer(EventLoop loop) {
    this.loop = loop;
  }

  /** Serves until standard input ends; the first line on standard output is the port. */
  static void serve(PrintStream answers) throws IOException {
    try (EventLoops loops = EventLoops.start(1, "server");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      TimedServer server = new TimedServer(loops.all().getFirst());
      answers.println(server.listen(loops));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        answers.println(server.truth(line.equals("reset")).line());
      }
    }
  }

  /** Listens on a free port of the loopback address, which it returns. */
  int listen(EventLoops loops) {
    Channel channel =
        loops
            .server()
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accepted
                        .pipeline()
                        .addLast(
                            new HttpRequestDecoder(),
                            new HttpObjectAggregator(MOST_REQUEST_BYTES),
                            new Stream(TimedServer.this));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** What it did since it was told to forget; may be called from any thread but the loop's. */
  Truth truth(boolean forget) {
    return loop.submit(() -> readTruth(forget)).syncUninterruptibly().getNow();
  }

  private Truth readTruth(boolean forget) {
    Truth truth =
        new Truth(
            System.nanoTime(),
            events,
            requests,
            firstRequestNanos,
            firstMicros.getValueAtPercentile(50),
            firstMicros.getValueAtPercentile(99));
    if (forget) {
      events = 0;
      requests = 0;
      firstMicros.reset();
      forgotNanos = truth.nanos();
    }
    return truth;
  }

  /** By how much the next first token is late on purpose. */
  long spread(Script script) {
    return Math.round(GOLDEN_RATIO * begun++ % 1 * script.spread().toNanos());
  }

  /** A request has come. */
  void begins(Script script, Stream stream) {
    if (requests++ == 0) {
      firstRequestNanos = System.nanoTime();
    }
    pacers.computeIfAbsent(script, ignored -> new Pacer(loop)).begin(stream);
  }

  /** A token event is written. */
  void wrote() {
    events++;
  }

  /** An answer has ended whose first token was written so long after its request. */
  void answered(long requestNanos, long firstNanos) {
    if (requestNanos - forgotNanos >= 0) {
      firstMicros.recordValue(firstNanos / 1_000);
    }
  }
}
