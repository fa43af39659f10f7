package io.groundstream.images;

/** CMYK to RGB without colour profiles, rounded as Pillow rounds. */
final class Inks {
  private Inks() {}

  /**
   * Returns the level of one of red, green and blue.
   *
   * @param ink its complement: cyan, magenta or yellow, 0 to 255
   * @param white 255 less black
   */
  static byte withBlack(int ink, int white) {
    int product = ink * white + 128;
    int shade = white - (((product >> 8) + product) >> 8);
    return (byte) Math.max(0, Math.min(255, shade));
  }
}
