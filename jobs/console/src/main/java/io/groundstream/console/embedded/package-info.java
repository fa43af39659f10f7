/**
 * Real services that need no installation: a Kafka broker inside this JVM, and a Schema Registry
 * and an OpenSearch node as child processes, for the demo, for experiments and for tests. Not for
 * production.
 */
@NullMarked
package io.groundstream.console.embedded;

import org.jspecify.annotations.NullMarked;
