/** Tests with a real broker and a real registry. */
@NullMarked
package io.groundstream.jobs.embedded;

import org.jspecify.annotations.NullMarked;
