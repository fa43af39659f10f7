package io.groundstream.operators.archive.tar;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One header block of a tar file, in the formats v7, ustar, pax and GNU.
 *
 * @param type the type flag
 * @param size the size of the following content, as stated in the header
 */
record TarHeader(
    byte type, String name, String linkName, long size, long modificationTime, boolean extended) {
  static final int BLOCK = 512;

  private static final int NAME_BYTES = 100;
  private static final int SIZE_AT = 124;
  private static final int TIME_AT = 136;
  private static final int NUMBER_BYTES = 12;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_BYTES = 8;
  private static final int TYPE_AT = 156;
  private static final int LINK_AT = 157;
  private static final int MAGIC_AT = 257;
  private static final byte[] USTAR = "ustar\0".getBytes(StandardCharsets.US_ASCII);
  private static final int PREFIX_AT = 345;
  private static final int PREFIX_BYTES = 155;

  /**
   * The offset of the flag for further blocks with the positions of holes, in the old GNU format.
   */
  private static final int EXTENDED_AT = 482;

  private static final long MILLIS = 1000;
  private static final long LATEST_SECONDS = Long.MAX_VALUE / MILLIS;

  /**
   * Parses a header.
   *
   * @return the header; null if the block is not a header
   */
  static @Nullable TarHeader parse(byte[] block) {
    long checksum = number(block, CHECKSUM_AT, CHECKSUM_BYTES);
    if (checksum < 0 || !matches(block, checksum)) {
      return null;
    }
    long size = number(block, SIZE_AT, NUMBER_BYTES);
    if (size < 0) {
      return null;
    }
    String name = text(block, 0, NAME_BYTES);
    if (startsWith(block, MAGIC_AT, USTAR) && block[PREFIX_AT] != 0) {
      name = text(block, PREFIX_AT, PREFIX_BYTES) + "/" + name;
    }
    long seconds = number(block, TIME_AT, NUMBER_BYTES);
    return new TarHeader(
        block[TYPE_AT],
        name,
        text(block, LINK_AT, NAME_BYTES),
        size,
        seconds < 0 || seconds > LATEST_SECONDS ? 0 : seconds * MILLIS,
        block[EXTENDED_AT] != 0);
  }

  /**
   * Compares the checksum with the sum of all bytes, counting its own bytes as blanks; some old
   * programs summed signed bytes.
   */
  private static boolean matches(byte[] block, long checksum) {
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < BLOCK; i++) {
      byte value = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES ? (byte) ' ' : block[i];
      unsigned += value & 0xff;
      signed += value;
    }
    return checksum == unsigned || checksum == signed;
  }

  /** Parses a number in octal digits or, with the highest bit set, in base 256; -1 if invalid. */
  private static long number(byte[] block, int at, int length) {
    if ((block[at] & 0x80) != 0) {
      return binary(block, at, length);
    }
    int i = at;
    int end = at + length;
    while (i < end && block[i] == ' ') {
      i++;
    }
    long value = 0;
    while (i < end && block[i] >= '0' && block[i] <= '7') {
      value = value << 3 | (block[i] - '0');
      i++;
    }
    while (i < end) {
      if (block[i] != ' ' && block[i] != 0) {
        return -1;
      }
      i++;
    }
    return value;
  }

  private static long binary(byte[] block, int at, int length) {
    long value = block[at] & 0x7f;
    for (int i = at + 1; i < at + length; i++) {
      if (value > Long.MAX_VALUE >> 8) {
        return -1;
      }
      value = value << 8 | (block[i] & 0xff);
    }
    return value;
  }

  private static boolean startsWith(byte[] block, int at, byte[] expected) {
    for (int i = 0; i < expected.length; i++) {
      if (block[at + i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private static String text(byte[] block, int at, int length) {
    int end = at;
    while (end < at + length && block[end] != 0) {
      end++;
    }
    return EntryText.of(block, at, end - at);
  }
}
