package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * A picture as its file stores it; the arrays belong to whoever asked for it.
 *
 * @param image the stored pixels, as if they were all opaque
 * @param orientation how they are to be turned, in Exif's values; 0 when the file does not say
 * @param alpha how opaque each of them is, a byte each; null if all are, or if nobody asked
 * @param profile the ICC profile that says what their colours mean; null if there is none, if
 *     nobody asked, or if it was applied already
 */
record StoredImage(
    DecodedImage image, int orientation, byte @Nullable [] alpha, byte @Nullable [] profile) {

  /** A picture that says nothing but its pixels. */
  StoredImage(DecodedImage image) {
    this(image, 0, null, null);
  }
}
