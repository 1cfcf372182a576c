/**
 * What is measured of one request and of a window of them: timelines, histograms, recorders. Every
 * formula of the specification is in the Javadoc of the method that computes it.
 */
@NullMarked
package dev.loadline.runner.measure;

import org.jspecify.annotations.NullMarked;
