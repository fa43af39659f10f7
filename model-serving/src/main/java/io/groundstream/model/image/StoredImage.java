package io.groundstream.model.image;

/**
 * A picture as its file stores it.
 *
 * @param image the stored pixels
 * @param orientation how they are to be turned, in Exif's values; 0 when the file does not say
 */
record OrientedImage(DecodedImage image, int orientation) {}
