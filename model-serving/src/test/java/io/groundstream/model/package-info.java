/** Tests of the library as a whole, against the reference's answers. */
@NullMarked
package io.groundstream.model;

import org.jspecify.annotations.NullMarked;
