/**
 * Traces of recorded traffic: when requests came and how long they were. Files are read line by
 * line, never as a whole; problems are told with their line and without the file's text.
 */
@NullMarked
package dev.loadline.runner.trace;

import org.jspecify.annotations.NullMarked;
