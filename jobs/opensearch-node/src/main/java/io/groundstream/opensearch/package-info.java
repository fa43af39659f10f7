/** The main class of an OpenSearch node that runs as a child process. */
@NullMarked
package io.groundstream.opensearch;

import org.jspecify.annotations.NullMarked;
