package dev.loadline.runner.prompt;

import java.util.SplittableRandom;

/**
 * One of the shares of a run's conversations.
 *
 * @param index which one, counted from 0
 * @param count how many there are
 * @param random of this share alone
 */
record Share(int index, int count, SplittableRandom random) {}
