/**
 * The demo: broker, registry, Flink, model and images in one process, and the path of a record
 * through all of them. Decides what to show, and does not depend on how the job works.
 */
@NullMarked
package io.groundstream.console.demo;

import org.jspecify.annotations.NullMarked;
