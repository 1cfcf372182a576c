package dev.loadline.runner.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The simulator without sockets, in a time that moves only when it is told to. */
final class VirtualSimulator implements AutoCloseable {
  private static final Pattern TEXT = Pattern.compile("\"(?:content|text)\":\"( ?[a-z][a-z ]*)\"");

  private final MockTicker ticker = Ticker.newMockTicker();
  private final List<Client> clients = new ArrayList<>();
  private final Simulation simulation;

  VirtualSimulator(String... options) {
    simulation =
        new Simulation(
            SimulatorSettings.parse(options), ticker::nanoTime, InstantSource.fixed(Instant.EPOCH));
  }

  /** A connection. */
  Client connect() {
    Client client = new Client();
    clients.add(client);
    return client;
  }

  /** Lets time pass in one step, then runs what is due on all connections. */
  void advance(Duration by) {
    ticker.advance(by.toNanos(), TimeUnit.NANOSECONDS);
    clients.forEach(client -> client.channel.runPendingTasks());
  }

  /** Lets time pass in small steps, so that all runs close to when it is due. */
  void advanceInSteps(Duration by, Duration step) {
    for (long nanos = 0; nanos < by.toNanos(); nanos += step.toNanos()) {
      advance(step);
    }
  }

  void eachClient(Consumer<Client> action) {
    clients.forEach(action);
  }

  TruthReport truth() {
    return simulation.report();
  }

  String metrics() {
    return simulation.metricsPage().text();
  }

  @Override
  public void close() {
    clients.forEach(client -> client.channel.finishAndReleaseAll());
  }

  /** One connection to it. */
  final class Client {
    private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();

    Client() {
      Simulator.addHandlers(channel, new Router(simulation), ticker::nanoTime);
    }

    /** Sends a request for a streamed completion of so many tokens. */
    void stream(int tokens) {
      complete("\"stream\":true,\"max_tokens\":" + tokens);
    }

    /** Sends a request for a completion with further fields. */
    void complete(String fields) {
      String body = "{\"prompt\":\"one two three\"," + fields + "}";
      String request =
          "POST /v1/completions HTTP/1.1\r\nhost: h\r\ncontent-length: %d\r\n\r\n%s"
              .formatted(body.length(), body);
      channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
    }

    /** All bytes that came since the last call. */
    String received() {
      StringBuilder text = new StringBuilder();
      for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
        text.append(bytes.toString(StandardCharsets.US_ASCII));
        bytes.release();
      }
      return text.toString();
    }

    /** The texts of the events that came since the last call. */
    List<String> texts() {
      return TEXT.matcher(received()).results().map(match -> match.group(1).strip()).toList();
    }

    void leave() {
      var _ = channel.close();
    }
  }
}
