package dev.loadline.operator.plan;

import dev.loadline.runner.contract.Distribution;
import dev.loadline.runner.contract.Workload.Content.Synthetic;
import java.util.List;
import java.util.Optional;

/**
 * A published workload. Where its source gives no bounds, they are at least two standard deviations
 * off, so that its mean stays. Where it gives bounds that cut a normal law off at one side, lengths
 * are lognormal with such a mean and deviation that those within the bounds have the published
 * ones. What other tools call {@code range_ratio} differs between them, so lengths are spelled out.
 *
 * @param title its name in the API
 * @param synthetic what it stands for
 */
public record Preset(String title, Synthetic synthetic) {
  private static final List<Preset> ALL =
      List.of(
          // GuideLLM, scenario chat: 512 ± 128 in, 256 ± 64 out.
          of("Chat", normal(512, 128, 1, 1024), normal(256, 64, 1, 1024)),
          // GuideLLM, scenario rag: 4096 ± 512 in, 512 ± 128 out.
          of("RAG", normal(4096, 512, 2048, 6144), normal(512, 128, 1, 1024)),
          // llm-d-benchmark, summarization: 2048 ± 1024 in, 256 ± 128 out.
          of("Summarization", normal(2048, 1024, 1, 4095), normal(256, 128, 1, 511)),
          // llm-d-benchmark, code completion: 2048 ± 1024 in, 128 ± 64 out.
          of("Code", normal(2048, 1024, 1, 4095), normal(128, 64, 1, 255)),
          // inference-perf, workload catalog, reasoning: 1000 ± 800 in, 8000 ± 6500 out.
          of(
              "Reasoning",
              new Distribution.Lognormal(1049, 995, 100, 5000),
              new Distribution.Lognormal(9776, 11_826, 500, 32_000)),
          // InferenceX 1k/1k: uniform from 0.8 L to L.
          of("1k-1k", uniform(1024), uniform(1024)),
          // InferenceX 8k/1k: uniform from 0.8 L to L.
          of("8k-1k", uniform(8192), uniform(1024)),
          // InferenceX 1k/8k, no longer run there: uniform from 0.8 L to L.
          of("1k-8k", uniform(1024), uniform(8192)),
          // llm-d-benchmark, chatbot: 4096 ± 2048 in, 1024 ± 512 out.
          of("LongChat", normal(4096, 2048, 1, 8191), normal(1024, 512, 1, 2047)),
          // llm-d-benchmark, shared prefix: 2048 shared and 256 own in, 256 out, 32 groups.
          of(
              "SharedPrefix",
              new Synthetic(new Distribution.Fixed(2304), new Distribution.Fixed(256), 2048, 32)),
          // llm-d's guide to disaggregated prefill: 5000 in, 250 out.
          of("PrefillHeavy", new Distribution.Fixed(5000), new Distribution.Fixed(250)),
          // genai-bench, generation-heavy: 100 in, 1000 out.
          of("DecodeHeavy", new Distribution.Fixed(100), new Distribution.Fixed(1000)));

  /** The preset of a name. */
  static Optional<Preset> named(String title) {
    return ALL.stream().filter(one -> one.title.equals(title)).findFirst();
  }

  /** The names of all. */
  static List<String> titles() {
    return ALL.stream().map(Preset::title).toList();
  }

  private static Preset of(String title, Distribution inputTokens, Distribution outputTokens) {
    return of(title, new Synthetic(inputTokens, outputTokens, 0, 1));
  }

  private static Preset of(String title, Synthetic synthetic) {
    return new Preset(title, synthetic);
  }

  private static Distribution normal(double mean, double stddev, long min, long max) {
    return new Distribution.Normal(mean, stddev, min, max);
  }

  private static Distribution uniform(long longest) {
    return new Distribution.Uniform(Math.ceilDiv(longest * 8, 10), longest);
  }
}
