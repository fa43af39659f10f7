package io.groundstream.operators.archive.zip;

/**
 * What a zip file's directory says about one entry.
 *
 * @param number its place in the directory, from 1
 * @param flags the general purpose flags
 * @param method how it is compressed
 * @param checksum the CRC-32 of its content
 * @param headerOffset where its own header is
 * @param modificationTime in milliseconds since 1970
 */
public record ZipEntryInfo(
    int number,
    String name,
    int flags,
    int method,
    long checksum,
    long compressedSize,
    long size,
    long headerOffset,
    long modificationTime) {
  private static final int ENCRYPTED = 1;

  /** Returns whether it can only be read with a password. */
  public boolean isEncrypted() {
    return (flags & ENCRYPTED) != 0;
  }

  /** Returns whether it is a folder. */
  public boolean isFolder() {
    return name.endsWith("/") || name.endsWith("\\");
  }
}
