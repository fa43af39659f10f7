/**
 * Searches the index for images in the users' terms: a small query language, its translation to
 * OpenSearch, and the results. {@link io.groundstream.operators.search.ImageSearch} is the way in.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.search;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
