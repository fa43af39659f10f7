/** Tests of rendered images and pages. */
@NullMarked
package io.groundstream.console.render;

import org.jspecify.annotations.NullMarked;
