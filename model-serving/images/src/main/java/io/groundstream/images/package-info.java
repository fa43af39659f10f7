/**
 * Converts bytes to pixels and pixels to the network's input: detects an image's format by content,
 * decodes it within limits, turns it upright and resizes it. Does not depend on the source of the
 * bytes.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.images;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
