/**
 * The client side of the wire: HTTP/1.1 connections on event loops, server-sent events, the
 * dialects of the inference engines, and the probe that looks at a target before it is loaded.
 */
@NullMarked
package dev.loadline.runner.http;

import org.jspecify.annotations.NullMarked;
