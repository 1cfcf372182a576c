package dev.loadline.benchmark;

import java.io.IOException;

/** One part of the operator's benchmark. */
interface ScaleSection {
  void run(ScaleBench bench, Report report) throws IOException, InterruptedException;
}
