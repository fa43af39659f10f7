/**
 * The demo: broker, registry, Flink, model and pictures in one process, and the way of a record
 * through all of them. Knows what to show, and nothing of how the job works.
 */
@NullMarked
package io.groundstream.console.demo;

import org.jspecify.annotations.NullMarked;
