package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.arrival.ArrivalProcess;
import dev.loadline.runner.trace.TraceFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
  @TempDir Path folder;

  private Replay replay(double speed, long records) throws IOException {
    Path file = folder.resolve("trace.jsonl");
    String line = "{\"timestamp\": %d, \"input_tokens\": 5, \"output_tokens\": 1}";
    Files.write(file, IntStream.range(10, 20).mapToObj(line::formatted).toList());
    return new Replay(file, TraceFormat.JSONL, speed, records, (records - 1) * 1_000_000_000);
  }

  private static long[] take(ArrivalProcess arrivals, int count) {
    return LongStream.generate(arrivals::nextNanos).limit(count).toArray();
  }

  @Test
  void itsLoopsShareTheRecordsInTurnAtItsSpeed() throws IOException {
    Replay replay = replay(2, 10);
    assertThat(take(replay.arrivalsOf(0, 3, Runnable::run), 5))
        .containsExactly(0, 1_500_000_000, 3_000_000_000L, 4_500_000_000L, Long.MAX_VALUE);
    assertThat(take(replay.arrivalsOf(2, 3, Runnable::run), 4))
        .containsExactly(1_000_000_000, 2_500_000_000L, 4_000_000_000L, Long.MAX_VALUE);
  }

  @Test
  void endsAfterSoManyRecords() throws IOException {
    assertThat(take(replay(1, 2).arrivalsOf(0, 1, Runnable::run), 4))
        .containsExactly(0, 1_000_000_000, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  @Test
  void itsLengthIncludesTheLastInstant() throws IOException {
    Replay replay = replay(2, 10);
    assertThat(replay.lengthNanos()).isEqualTo(4_500_000_001L);
    assertThat(replay.length()).isEqualTo(Duration.ofNanos(4_500_000_001L));
    assertThat(replay.perSecond()).isCloseTo(10 / 4.5, org.assertj.core.data.Offset.offset(1e-6));
    assertThat(replay(1, 1).perSecond()).isEqualTo(1);
    assertThat(List.of(replay(1, 1).lengthNanos())).containsExactly(1L);
  }
}
