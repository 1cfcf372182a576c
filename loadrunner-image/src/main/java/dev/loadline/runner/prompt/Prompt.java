package dev.loadline.runner.prompt;

/**
 * What one request asks.
 *
 * @param text the prompt; never logged
 * @param inputTokens its wanted length in tokens; what the server counts is in its usage
 * @param outputTokens wanted length of the answer in tokens
 */
public record Prompt(String text, int inputTokens, int outputTokens) {}
