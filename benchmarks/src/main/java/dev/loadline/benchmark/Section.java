package dev.loadline.benchmark;

import java.io.IOException;

/** A part of the benchmark that can be run by itself. */
interface Section {
  /** Measures and reports. */
  void run(Bench bench, Report report) throws IOException, InterruptedException;
}
