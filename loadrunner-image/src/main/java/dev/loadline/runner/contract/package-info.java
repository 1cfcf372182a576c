/**
 * The contract between operator and load runner: a {@link dev.loadline.runner.contract.RunPlan} in,
 * a {@link dev.loadline.runner.contract.RunResult} out. The only package of this module that the
 * operator may use; golden copies of both wire forms are in {@code loadrunner-image/contract/}.
 */
@NullMarked
package dev.loadline.runner.contract;

import org.jspecify.annotations.NullMarked;
