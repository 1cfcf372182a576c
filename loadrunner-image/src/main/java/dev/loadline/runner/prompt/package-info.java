/**
 * What requests ask for: conversations of prompts of wanted lengths, made of words or taken from
 * files, and how many of a server's tokens the words are.
 */
@NullMarked
package dev.loadline.runner.prompt;

import org.jspecify.annotations.NullMarked;
