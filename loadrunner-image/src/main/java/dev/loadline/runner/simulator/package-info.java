/**
 * The target of known truth: an OpenAI-compatible server that answers at exactly planned instants
 * and reports what it really sent.
 */
@NullMarked
package dev.loadline.runner.simulator;

import org.jspecify.annotations.NullMarked;
