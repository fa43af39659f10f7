package io.groundstream.images;

/** The Huffman tables of ITU-T T.81, annex K.3, which Motion-JPEG frames omit. */
final class JpegStandardTables {
  private static final int[][] DC_COUNTS = {
    {0, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0}
  };
  private static final int[][] AC_COUNTS = {
    {0, 0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125},
    {0, 0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 119}
  };

  /** The symbols in the order of their codes: tables K.5 and K.6. */
  private static final String[] AC_SYMBOLS = {
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728"
        + "292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a83848586"
        + "8788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6"
        + "d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
    "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a26"
        + "2728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a828384"
        + "85868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4"
        + "d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"
  };

  private static final JpegHuffmanTable[] DC = {dc(0), dc(1)};
  private static final JpegHuffmanTable[] AC = {ac(0), ac(1)};

  private JpegStandardTables() {}

  /** Returns the table for luminance (0) or chrominance (1). */
  static JpegHuffmanTable of(boolean forDc, int slot) {
    return (forDc ? DC : AC)[slot];
  }

  private static JpegHuffmanTable dc(int slot) {
    int[] symbols = new int[12];
    for (int index = 0; index < symbols.length; index++) {
      symbols[index] = index;
    }
    return table(DC_COUNTS[slot], symbols);
  }

  private static JpegHuffmanTable ac(int slot) {
    String hex = AC_SYMBOLS[slot];
    int[] symbols = new int[hex.length() / 2];
    for (int index = 0; index < symbols.length; index++) {
      symbols[index] = Integer.parseInt(hex.substring(2 * index, 2 * index + 2), 16);
    }
    return table(AC_COUNTS[slot], symbols);
  }

  private static JpegHuffmanTable table(int[] counts, int[] symbols) {
    try {
      return JpegHuffmanTable.of(counts, symbols);
    } catch (ImageException e) {
      throw new IllegalStateException(e);
    }
  }
}
