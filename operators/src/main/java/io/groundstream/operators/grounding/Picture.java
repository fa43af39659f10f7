package io.groundstream.operators.grounding;

import io.groundstream.images.PreparedImage;

/**
 * The picture of an event.
 *
 * @param contentSha256 the hash of its encoded bytes
 */
record Picture(PreparedImage image, String contentSha256) {}
