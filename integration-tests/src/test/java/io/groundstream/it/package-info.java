/**
 * Several parts together, as users run them: the modules' arrows, what is made for clusters, and
 * jobs that are killed. Knows everything, and nobody knows it.
 */
@NullMarked
package io.groundstream.it;

import org.jspecify.annotations.NullMarked;
