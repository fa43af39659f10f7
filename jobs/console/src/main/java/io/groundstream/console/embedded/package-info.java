/**
 * Real services without an installation: a Kafka broker inside this JVM and a Schema Registry as a
 * child process, for the demo, for experiments and for tests. Not for production.
 */
@NullMarked
package io.groundstream.console.embedded;

import org.jspecify.annotations.NullMarked;
