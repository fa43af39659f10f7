package io.groundstream.operators.grounding;

import io.groundstream.images.PreparedImage;

/**
 * The image of an event.
 *
 * @param prepared as the model takes it
 * @param contentSha256 the hash of its encoded bytes
 */
record EventImage(PreparedImage prepared, String contentSha256) {}
