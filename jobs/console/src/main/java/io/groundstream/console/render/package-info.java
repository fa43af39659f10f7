/**
 * Makes answers visible: draws boxes and phrases on images, and makes a page of them. Does not
 * depend on where the answers come from or where they go.
 */
@NullMarked
package io.groundstream.console.render;

import org.jspecify.annotations.NullMarked;
