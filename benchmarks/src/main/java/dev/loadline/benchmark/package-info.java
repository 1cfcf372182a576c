/**
 * The benchmark of the load runner: a server of known timing, the runner and wrk as processes of
 * their own on a core of their own, and a table of what was measured beside what was aimed for.
 */
@NullMarked
package dev.loadline.benchmark;

import org.jspecify.annotations.NullMarked;
