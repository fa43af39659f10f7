package io.groundstream.images;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Reads the orientation from a PNG's chunks as Pillow does: from an Exif chunk; otherwise from
 * ImageMagick's text {@code Raw profile type exif}, in any of the three kinds of text chunks; and,
 * if neither has the tag, from an XMP packet. Of several chunks of a kind, the last is used.
 */
final class PngMetadata {
  private static final int TEXT = 0x74455874;
  private static final int COMPRESSED_TEXT = 0x7a545874;
  private static final int INTERNATIONAL_TEXT = 0x69545874;
  private static final int EXIF = 0x65584966;

  private static final String EXIF_KEYWORD = "exif";
  private static final String RAW_KEYWORD = "Raw profile type exif";
  private static final String XMP_KEYWORD = "XML:com.adobe.xmp";

  /** Pillow's limit: longer texts are not metadata. */
  private static final int MAX_TEXT_BYTES = 1 << 20;

  private byte @Nullable [] exif;
  private @Nullable String rawProfile;

  /** An XMP packet as text; below, one that is not UTF-8. */
  private @Nullable String xmp;

  private byte @Nullable [] xmpBytes;

  /** Returns whether chunks of this type may have metadata. */
  static boolean wants(int type) {
    return type == TEXT || type == COMPRESSED_TEXT || type == INTERNATIONAL_TEXT || type == EXIF;
  }

  /** Adds a chunk. */
  void add(int type, byte[] bytes, int start, int end) {
    if (type == EXIF) {
      exif = Arrays.copyOfRange(bytes, start, end);
      return;
    }
    int keywordEnd = zero(bytes, start, end);
    String keyword = new String(bytes, start, keywordEnd - start, StandardCharsets.ISO_8859_1);
    if (!keyword.equals(RAW_KEYWORD)
        && !keyword.equals(XMP_KEYWORD)
        && !keyword.equals(EXIF_KEYWORD)) {
      return;
    }
    int content = Math.min(keywordEnd + 1, end);
    switch (type) {
      case TEXT -> {
        byte[] text = Arrays.copyOfRange(bytes, content, end);
        if (keyword.equals(EXIF_KEYWORD)) {
          exif = text;
        } else {
          put(keyword, new String(text, StandardCharsets.ISO_8859_1));
        }
      }
      case COMPRESSED_TEXT -> {
        byte[] text =
            content < end && bytes[content] == 0 ? inflate(bytes, content + 1, end) : null;
        if (text != null) {
          put(keyword, new String(text, StandardCharsets.ISO_8859_1));
        }
      }
      default -> addInternational(keyword, bytes, content, end);
    }
  }

  /** Adds an iTXt chunk: flag, method, language and translated keyword precede the text. */
  private void addInternational(String keyword, byte[] bytes, int content, int end) {
    if (end - content < 2) {
      return;
    }
    int languageEnd = zero(bytes, content + 2, end);
    int translatedEnd = zero(bytes, languageEnd + 1, end);
    if (translatedEnd >= end) {
      return;
    }
    byte[] text = Arrays.copyOfRange(bytes, translatedEnd + 1, end);
    if (bytes[content] != 0) {
      text = bytes[content + 1] == 0 ? inflate(text, 0, text.length) : null;
    }
    if (text == null) {
      return;
    }
    if (keyword.equals(XMP_KEYWORD)) {
      xmpBytes = text;
    }
    try {
      put(keyword, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString());
    } catch (CharacterCodingException e) {
      // Only XMP packets may have another encoding.
      return;
    }
  }

  private void put(String keyword, String text) {
    if (keyword.equals(XMP_KEYWORD)) {
      xmp = text;
    } else if (keyword.equals(RAW_KEYWORD)) {
      rawProfile = text;
    }
  }

  int orientation() {
    byte[] block = exif != null ? exif : rawProfile != null ? unhex(rawProfile) : new byte[0];
    int inExif = Orientation.ofExif(block, 0, block.length);
    if (inExif != Orientation.ABSENT) {
      return inExif;
    }
    if (xmp != null && !xmp.isEmpty()) {
      return Orientation.ofXmp(xmp);
    }
    return xmpBytes == null ? Orientation.ABSENT : Orientation.ofXmp(xmpBytes, 0, xmpBytes.length);
  }

  /** Decodes lines of hexadecimal digits after three lines with name and length. */
  private static byte[] unhex(String profile) {
    String[] lines = profile.split("\n", 4);
    String digits = lines.length < 4 ? "" : lines[3].replaceAll("\\s", "");
    try {
      return HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static byte @Nullable [] inflate(byte[] bytes, int start, int end) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bytes, start, end - start);
      ByteArrayOutputStream inflated = new ByteArrayOutputStream();
      byte[] part = new byte[8192];
      while (!inflater.finished()) {
        int count = inflater.inflate(part);
        if (count == 0) {
          // The text is cut off; what there is of it is used, as by zlib's decompression object.
          break;
        }
        inflated.write(part, 0, count);
        if (inflated.size() > MAX_TEXT_BYTES) {
          return null;
        }
      }
      return inflated.toByteArray();
    } catch (DataFormatException e) {
      return null;
    } finally {
      inflater.end();
    }
  }

  private static int zero(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end && bytes[at] != 0) {
      at++;
    }
    return at;
  }
}
