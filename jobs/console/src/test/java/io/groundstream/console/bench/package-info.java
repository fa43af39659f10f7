/** Tests of benchmarks. */
@NullMarked
package io.groundstream.console.bench;

import org.jspecify.annotations.NullMarked;
