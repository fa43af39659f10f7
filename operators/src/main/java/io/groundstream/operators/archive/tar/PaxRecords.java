package io.groundstream.operators.archive.tar;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The relevant records of a pax header about the entry after it.
 *
 * @param path the entry's path; null if the header names none
 * @param linkPath the path of the entry's link target; null if the header names none
 * @param size the size of the entry's content; -1 if the header names none
 * @param sparse whether the file is sparse, so that the bytes that follow are not its content
 */
record PaxRecords(@Nullable String path, @Nullable String linkPath, long size, boolean sparse) {
  static final PaxRecords NONE = new PaxRecords(null, null, -1, false);

  private static final int MOST_DIGITS = 18;

  /** Parses a header; returns null if it is malformed. */
  static @Nullable PaxRecords parse(byte[] content) {
    String path = null;
    String linkPath = null;
    long size = -1;
    boolean sparse = false;
    int at = 0;
    // GNU tar does not pad; other programs pad with zeros.
    while (at < content.length && content[at] != 0) {
      int blank = at;
      while (blank < content.length && content[blank] != ' ') {
        blank++;
      }
      long length = number(ascii(content, at, blank));
      // The shortest record is "N =\n"; the length includes itself.
      if (length < blank - at + 3 || length > content.length - at) {
        return null;
      }
      int end = at + (int) length - 1;
      int equals = blank + 1;
      while (equals < end && content[equals] != '=') {
        equals++;
      }
      if (equals >= end || content[end] != '\n') {
        return null;
      }
      String name = ascii(content, blank + 1, equals);
      if (name.equals("path")) {
        path = EntryText.of(content, equals + 1, end - equals - 1);
      } else if (name.equals("linkpath")) {
        linkPath = EntryText.of(content, equals + 1, end - equals - 1);
      } else if (name.equals("size")) {
        size = number(ascii(content, equals + 1, end));
        if (size < 0) {
          return null;
        }
      } else if (name.startsWith("GNU.sparse.")) {
        sparse = true;
      }
      at = end + 1;
    }
    return new PaxRecords(path, linkPath, size, sparse);
  }

  private static String ascii(byte[] content, int from, int to) {
    return new String(content, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static long number(String digits) {
    return !digits.isEmpty()
            && digits.length() <= MOST_DIGITS
            && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')
        ? Long.parseLong(digits)
        : -1;
  }
}
