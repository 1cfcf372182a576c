/** What requests ask for: synthetic prompts of a wanted length, and the wanted answer's length. */
@NullMarked
package dev.loadline.runner.prompt;

import org.jspecify.annotations.NullMarked;
