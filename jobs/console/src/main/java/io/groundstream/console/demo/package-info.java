/**
 * The demo: broker, registry, Flink, model and images in one process. Decides what to show, and
 * does not depend on how the job works.
 */
@NullMarked
package io.groundstream.console.demo;

import org.jspecify.annotations.NullMarked;
