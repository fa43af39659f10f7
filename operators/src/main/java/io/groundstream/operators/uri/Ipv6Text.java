package io.groundstream.operators.uri;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Converts IPv6 addresses to the form of RFC 5952: lower case, with the longest run of zeros left
 * out.
 */
final class Ipv6Text {
  private static final int PIECES = 8;

  private Ipv6Text() {}

  /**
   * Returns the address, shortened and in brackets.
   *
   * @throws UriException if it is not an IPv6 address; zones are rejected, because they only have a
   *     meaning on one machine
   */
  static String shortened(String text) throws UriException {
    return "[" + write(read(text)) + "]";
  }

  private static int[] read(String text) throws UriException {
    int gap = text.indexOf("::");
    if (gap < 0) {
      List<Integer> all = pieces(text, true);
      if (all.size() != PIECES) {
        throw invalid();
      }
      return all.stream().mapToInt(Integer::intValue).toArray();
    }
    List<Integer> before = pieces(text.substring(0, gap), false);
    List<Integer> after = pieces(text.substring(gap + 2), true);
    if (before.size() + after.size() >= PIECES) {
      throw invalid();
    }
    int[] address = new int[PIECES];
    for (int index = 0; index < before.size(); index++) {
      address[index] = before.get(index);
    }
    for (int index = 0; index < after.size(); index++) {
      address[PIECES - after.size() + index] = after.get(index);
    }
    return address;
  }

  private static List<Integer> pieces(String text, boolean mayEndInIpv4) throws UriException {
    List<Integer> pieces = new ArrayList<>();
    if (text.isEmpty()) {
      return pieces;
    }
    String[] parts = text.split(":", -1);
    for (int index = 0; index < parts.length; index++) {
      String part = parts[index];
      if (mayEndInIpv4 && index == parts.length - 1 && part.indexOf('.') >= 0) {
        addIpv4(part, pieces);
      } else if (part.matches("[0-9a-fA-F]{1,4}")) {
        pieces.add(Integer.parseInt(part, 16));
      } else {
        throw invalid();
      }
    }
    return pieces;
  }

  private static void addIpv4(String text, List<Integer> pieces) throws UriException {
    if (!text.matches("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})")) {
      throw invalid();
    }
    int[] bytes = Arrays.stream(text.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
    if (Arrays.stream(bytes).anyMatch(number -> number > 0xFF)) {
      throw invalid();
    }
    pieces.add(bytes[0] << 8 | bytes[1]);
    pieces.add(bytes[2] << 8 | bytes[3]);
  }

  private static String write(int[] address) {
    int gap = -1;
    int gapLength = 1;
    for (int begin = 0; begin < PIECES; begin++) {
      int end = begin;
      while (end < PIECES && address[end] == 0) {
        end++;
      }
      if (end - begin > gapLength) {
        gap = begin;
        gapLength = end - begin;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < PIECES; index++) {
      if (index == gap) {
        text.append("::");
      }
      if (gap >= 0 && index >= gap && index < gap + gapLength) {
        continue;
      }
      if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(address[index]));
    }
    return text.toString();
  }

  private static UriException invalid() {
    return new UriException("its host is not an IPv6 address");
  }
}
