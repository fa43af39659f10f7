package io.groundstream.operators.uri;

import java.util.Locale;

/**
 * Parses IPv4 addresses like C's {@code inet_aton}, which curl and browsers follow: one to four
 * numbers, each decimal, octal with a leading 0, or hexadecimal with 0x, the last of which fills
 * the remaining bytes.
 */
final class Ipv4Text {
  private static final int MOST_PARTS = 4;

  private Ipv4Text() {}

  /** Returns whether a host has to be an address, because its last part is a number. */
  static boolean isMeantBy(String host) {
    String last = host.substring(host.lastIndexOf('.') + 1);
    return last.matches("[0-9]+|0[xX][0-9a-fA-F]*");
  }

  /**
   * Returns the address as four decimal numbers.
   *
   * @throws UriException if it is not an IPv4 address
   */
  static String decimal(String host) throws UriException {
    String[] parts = host.split("\\.", -1);
    if (parts.length > MOST_PARTS) {
      throw invalid();
    }
    long address = 0;
    for (int index = 0; index < parts.length; index++) {
      boolean last = index == parts.length - 1;
      int bytes = last ? MOST_PARTS - index : 1;
      long number = number(parts[index]);
      if (number >= 1L << (8 * bytes)) {
        throw invalid();
      }
      address = (address << (8 * bytes)) | number;
    }
    return String.format(
        Locale.ROOT,
        "%d.%d.%d.%d",
        address >> 24,
        (address >> 16) & 0xFF,
        (address >> 8) & 0xFF,
        address & 0xFF);
  }

  private static long number(String part) throws UriException {
    boolean hexadecimal = part.startsWith("0x") || part.startsWith("0X");
    boolean octal = !hexadecimal && part.length() > 1 && part.startsWith("0");
    String digits = hexadecimal ? part.substring(2) : part;
    if (hexadecimal && digits.isEmpty()) {
      return 0;
    }
    // Any number of leading zeros is allowed; a number with more significant digits is too large
    // anyway.
    String significant = digits.replaceFirst("^0+(?=.)", "");
    if (significant.isEmpty() || significant.length() > 12) {
      throw invalid();
    }
    try {
      return Long.parseUnsignedLong(significant, hexadecimal ? 16 : octal ? 8 : 10);
    } catch (NumberFormatException e) {
      throw invalid();
    }
  }

  private static UriException invalid() {
    return new UriException("its host ends in a number but is not an IPv4 address");
  }
}
