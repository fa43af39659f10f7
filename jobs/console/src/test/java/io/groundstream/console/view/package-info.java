/** Tests of the page. */
@NullMarked
package io.groundstream.console.view;

import org.jspecify.annotations.NullMarked;
