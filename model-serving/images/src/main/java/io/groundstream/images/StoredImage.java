package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * An image as stored in its file. The caller of the decoder owns the arrays.
 *
 * @param image the stored pixels, without alpha
 * @param orientation the orientation to be applied, as Exif's value; 0 if the file has none
 * @param alpha the opacity of each pixel, one byte each; null if all are opaque or alpha is dropped
 * @param profile the ICC profile of the colours; null if there is none, or it is ignored or has
 *     already been applied
 */
record StoredImage(
    DecodedImage image, int orientation, byte @Nullable [] alpha, byte @Nullable [] profile) {

  /** Creates an image that has only pixels. */
  StoredImage(DecodedImage image) {
    this(image, 0, null, null);
  }
}
