/**
 * Arrival processes: the intended send instants of an open loop, independent of the server's
 * answers. One small class per process, its formula in its Javadoc.
 */
@NullMarked
package dev.loadline.runner.arrival;

import org.jspecify.annotations.NullMarked;
