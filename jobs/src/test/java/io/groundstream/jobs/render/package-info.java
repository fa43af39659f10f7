/** Tests of what people look at. */
@NullMarked
package io.groundstream.jobs.render;

import org.jspecify.annotations.NullMarked;
