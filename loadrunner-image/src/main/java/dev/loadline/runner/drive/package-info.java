/**
 * Drives the load: closed and open loops over the stages of a plan, on event loops that share
 * nothing; watches the generator's own health; warms the client up before it measures.
 */
@NullMarked
package dev.loadline.runner.drive;

import org.jspecify.annotations.NullMarked;
