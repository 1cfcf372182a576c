package dev.loadline.runner.http;

import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Time and allocation of one event in the framer and in the parser; events are vLLM's. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 2,
    jvmArgs = {"-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders"})
public class AnswerReading {
  private static final int EVENTS = 64;
  private static final String JSON =
      "{\"id\":\"chatcmpl-0a1b2c3d4e5f60718293a4b5c6d7e8f9\",\"object\":\"chat.completion.chunk\","
          + "\"created\":1760000000,\"model\":\"meta-llama/Llama-3.1-8B-Instruct\",\"choices\":[{"
          + "\"index\":0,\"delta\":{\"content\":\" token\"},\"logprobs\":null,"
          + "\"finish_reason\":null,\"token_ids\":null}]}";

  private final byte[] stream =
      ("data: " + JSON + "\n\n").repeat(EVENTS).getBytes(StandardCharsets.UTF_8);
  private final byte[] json = JSON.getBytes(StandardCharsets.UTF_8);
  private final ChunkParser parser = new ChunkParser();
  private final Chunk chunk = new Chunk();
  private final AnswerBudget budget = new AnswerBudget(1 << 20);
  private int seen;
  private final SseFramer framer =
      new SseFramer((bytes, from, to, kind) -> seen += to - from, budget);
  private final SseFramer parsed =
      new SseFramer(
          (bytes, from, to, kind) -> {
            if (parser.parse(bytes, from, to, chunk)) {
              seen++;
            }
          },
          budget);

  /** Made by JMH. */
  public AnswerReading() {}

  /** Cutting 64 events that one read brought. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public int framer() {
    framer.feed(stream, 0, stream.length);
    return seen;
  }

  /** The same, each cut in two by the network. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public int framerOfHalves() {
    int length = stream.length / EVENTS;
    int from = 0;
    for (int to = length / 2; to <= stream.length; to += length) {
      framer.feed(stream, from, to);
      from = to;
    }
    framer.feed(stream, from, stream.length);
    return seen;
  }

  /** Parsing one event. */
  @Benchmark
  public void parser(Blackhole blackhole) {
    blackhole.consume(parser.parse(json, 0, json.length, chunk));
  }

  /** Cutting and parsing. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public int framerAndParser() {
    parsed.feed(stream, 0, stream.length);
    return seen;
  }
}
