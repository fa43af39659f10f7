package io.groundstream.images;

/** Converts CMYK to RGB without colour profiles, with Pillow's rounding. */
final class Inks {
  private Inks() {}

  /**
   * Returns the level of red, green or blue, 0 to 255.
   *
   * @param ink the complementary ink, cyan, magenta or yellow: 0 to 255
   * @param white 255 minus black
   */
  static byte withBlack(int ink, int white) {
    int product = ink * white + 128;
    int shade = white - (((product >> 8) + product) >> 8);
    return (byte) Math.max(0, Math.min(255, shade));
  }
}
