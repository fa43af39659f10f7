/** Pages of the documentation that are generated from the code, so that they cannot lag behind. */
@NullMarked
package io.groundstream.console.docs;

import org.jspecify.annotations.NullMarked;
