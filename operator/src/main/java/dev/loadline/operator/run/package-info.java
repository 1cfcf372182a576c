/**
 * The life of one run. {@link dev.loadline.operator.run.RunLifecycle} is the whole state machine:
 * plan, progress, facts and now go in, one decision comes out. Pure.
 */
@NullMarked
package dev.loadline.operator.run;

import org.jspecify.annotations.NullMarked;
