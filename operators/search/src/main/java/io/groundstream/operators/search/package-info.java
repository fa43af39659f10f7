/**
 * Asks the index for pictures in the users' terms: a small query language, what it becomes in
 * OpenSearch, and what is found. {@link io.groundstream.operators.search.ImageSearch} is the way
 * in.
 */
@NullMarked
package io.groundstream.operators.search;

import org.jspecify.annotations.NullMarked;
