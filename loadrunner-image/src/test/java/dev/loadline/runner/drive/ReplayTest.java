package dev.loadline.runner.drive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.loadline.runner.arrival.ArrivalProcess;
import dev.loadline.runner.trace.TraceFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
  void theLastRequestHasAGapBehindIt() throws IOException {
    Replay replay = replay(2, 10);
    assertThat(replay.length()).isEqualTo(Duration.ofSeconds(5));
    assertThat(replay.perSecond()).isEqualTo(2);
  }

  @Test
  void takesASecondForRequestsOfOneInstant() throws IOException {
    assertThat(replay(4, 1).length()).isEqualTo(Duration.ofSeconds(1));
    Replay burst = new Replay(folder, TraceFormat.JSONL, 2, 3, 0);
    assertThat(burst.length()).isEqualTo(Duration.ofSeconds(1));
    assertThat(burst.perSecond()).isEqualTo(3);
  }
}
