/** The program: settings, wiring, commands. */
@NullMarked
package dev.loadline.operator;

import org.jspecify.annotations.NullMarked;
