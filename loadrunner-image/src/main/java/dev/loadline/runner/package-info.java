/**
 * The load runner's shell: reads what the environment says, builds every object, runs the plan,
 * reports while it runs and hands out the result. The only package that reads clocks, environment
 * and signals.
 */
@NullMarked
package dev.loadline.runner;

import org.jspecify.annotations.NullMarked;
