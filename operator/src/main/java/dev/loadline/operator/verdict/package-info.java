/**
 * From a measurement to a verdict: first whether the measurement can be trusted, then what it says
 * about the server. The only place with thresholds. Pure.
 */
@NullMarked
package dev.loadline.operator.verdict;

import org.jspecify.annotations.NullMarked;
