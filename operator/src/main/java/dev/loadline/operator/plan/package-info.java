/**
 * The spec after parsing: typed, complete, valid. {@link dev.loadline.operator.plan.TestPlan#parse}
 * returns a plan or all problems at once. Pure.
 */
@NullMarked
package dev.loadline.operator.plan;

import org.jspecify.annotations.NullMarked;
