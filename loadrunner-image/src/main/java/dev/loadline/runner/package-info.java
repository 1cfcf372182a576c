/** The load runner's command line. */
@NullMarked
package dev.loadline.runner;

import org.jspecify.annotations.NullMarked;
