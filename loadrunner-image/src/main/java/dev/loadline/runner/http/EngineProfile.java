package dev.loadline.runner.http;

import java.util.Arrays;
import java.util.Optional;

/**
 * An inference engine, and which request fields beyond the standard it takes. Fields are sent to an
 * engine that is known to take them and to no other: TensorRT-LLM refuses a request with an unknown
 * field. {@code max_tokens} is understood by all of them (Ollama and llama-cpp-python ignore {@code
 * max_completion_tokens}), hence it is the one length field.
 */
public enum EngineProfile {
  /** vLLM. */
  VLLM("vLLM", true, true, true),
  /** SGLang; a version that does not know {@code cache_salt} ignores it. */
  SGLANG("SGLang", true, true, true),
  /** TensorRT-LLM; {@code cache_salt} is left out, since older versions refuse it. */
  TENSORRT_LLM("TensorRT-LLM", true, true, false),
  /** Hugging Face TGI. */
  TGI("TGI", false, false, false),
  /**
   * The server of llama.cpp. Its {@code cache_prompt: false} is not sent: it would also forbid what
   * a workload means to share, and prompts that begin with a run's own words share nothing else.
   */
  LLAMA_CPP("LlamaCpp", true, false, false),
  /** Ollama. */
  OLLAMA("Ollama", false, false, false),
  /** Anything else that speaks the protocol: the standard fields and no other. */
  OPENAI("OpenAI", false, false, false);

  private final String engineName;
  private final boolean ignoreEos;
  private final boolean minTokens;
  private final boolean cacheSalt;

  EngineProfile(String engineName, boolean ignoreEos, boolean minTokens, boolean cacheSalt) {
    this.engineName = engineName;
    this.ignoreEos = ignoreEos;
    this.minTokens = minTokens;
    this.cacheSalt = cacheSalt;
  }

  /** The name in a spec, a plan and a result. */
  public String engineName() {
    return engineName;
  }

  /** {@code ignore_eos: true}: it goes on until the length is reached, so the length is forced. */
  public boolean takesIgnoreEos() {
    return ignoreEos;
  }

  /** {@code min_tokens}: no end before this many tokens. */
  public boolean takesMinTokens() {
    return minTokens;
  }

  /** {@code cache_salt}: prefix-cache entries made under another salt are not used. */
  public boolean takesCacheSalt() {
    return cacheSalt;
  }

  /** The one of that name; empty for {@code Auto} and for anything unknown. */
  public static Optional<EngineProfile> named(String name) {
    return Arrays.stream(values()).filter(engine -> engine.engineName.equals(name)).findFirst();
  }
}
