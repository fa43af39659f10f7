/** Tests of what people look at. */
@NullMarked
package io.groundstream.console.render;

import org.jspecify.annotations.NullMarked;
