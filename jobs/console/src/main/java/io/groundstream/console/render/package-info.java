/**
 * Makes answers visible: draws boxes and phrases on images, and shows images with their answers as
 * cards of a page. Does not depend on where the answers come from or where they go.
 */
@NullMarked
package io.groundstream.console.render;

import org.jspecify.annotations.NullMarked;
