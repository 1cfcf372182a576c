package dev.loadline.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** The same done many times by several threads. */
final class Crowd {
  private static final int THREADS = 16;

  private Crowd() {}

  /** Does it for 0 to {@code count} - 1; the milliseconds that each took. */
  static List<Double> each(int count, IntConsumer deed) throws InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Double>> done = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        done.add(
            threads.submit(() -> {
              long start = System.nanoTime();
              deed.accept(number);
              return (System.nanoTime() - start) / 1e6;
            }));
      }
      List<Double> millis = new ArrayList<>();
      for (Future<Double> one : done) {
        millis.add(one.get());
      }
      return millis;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The value below which the share {@code quantile} of the samples lies. */
  static double quantile(List<Double> samples, double quantile) {
    List<Double> sorted = samples.stream().sorted().toList();
    int rank = (int) Math.ceil(quantile * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }
}
