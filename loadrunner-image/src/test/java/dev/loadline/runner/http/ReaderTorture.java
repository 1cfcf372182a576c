package dev.loadline.runner.http;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;

/**
 * Tortures the reader of answers for a given time: {@code ReaderTorture SECONDS [FIRST_SEED]}.
 * Prints how many cases of each kind it was, and each fault with its seed and its smallest input;
 * ends with 1 after ten faults, with 2 if a case does not end within ten seconds.
 */
public final class ReaderTorture {
  private static final int MOST_FAULTS = 10;
  private static final Duration HANG = Duration.ofSeconds(10);

  private record Case(String kind, long seed, long beganNanos) {}

  private static final AtomicReference<Case> CURRENT =
      new AtomicReference<>(new Case("", 0, Long.MAX_VALUE));

  private ReaderTorture() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Duration time = Duration.ofSeconds(Long.parseLong(arguments[0]));
    long first =
        arguments.length > 1
            ? Long.parseLong(arguments[1])
            : RandomGenerator.getDefault().nextLong(1L << 40);
    List<byte[]> answers = new ArrayList<>();
    for (Path file : WireReplayTest.files()) {
      answers.add(Files.readAllBytes(file));
    }
    TortureCases cases = new TortureCases(answers);
    Map<String, LongFunction<Optional<String>>> kinds =
        Map.of(
            "written", cases::written,
            "scarce", cases::scarce,
            "mutated", cases::mutated,
            "pieces", cases::pieces);
    Thread.ofPlatform().daemon().start(ReaderTorture::watch);
    long began = System.nanoTime();
    long seed = first;
    int faults = 0;
    while (System.nanoTime() - began < time.toNanos() && faults < MOST_FAULTS) {
      for (Map.Entry<String, LongFunction<Optional<String>>> kind : kinds.entrySet()) {
        CURRENT.set(new Case(kind.getKey(), seed, System.nanoTime()));
        Optional<String> fault = kind.getValue().apply(seed);
        if (fault.isPresent()) {
          faults++;
          System.out.printf("%s, seed %d: %s%n", kind.getKey(), seed, fault.get());
        }
      }
      seed++;
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        "%d cases of each of %s from seed %d in %.0f s, %d MiB of HTTP, %d faults%n",
        seed - first, kinds.keySet(), first, seconds, cases.bytes() >> 20, faults);
    System.exit(faults == 0 ? 0 : 1);
  }

  private static void watch() {
    while (true) {
      try {
        Thread.sleep(HANG);
      } catch (InterruptedException e) {
        return;
      }
      Case current = CURRENT.get();
      if (System.nanoTime() - current.beganNanos() > HANG.toNanos()) {
        System.out.println("hangs: " + current.kind() + ", seed " + current.seed());
        Runtime.getRuntime().halt(2);
      }
    }
  }
}
