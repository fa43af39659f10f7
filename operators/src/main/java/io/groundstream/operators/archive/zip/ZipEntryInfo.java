package io.groundstream.operators.archive.zip;

/**
 * An entry of a zip file's directory.
 *
 * @param number its position in the directory, from 1
 * @param flags the general purpose flags
 * @param method the compression method
 * @param checksum the CRC-32 of its content
 * @param headerOffset the offset of its own header
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

  /** Returns whether the entry requires a password. */
  public boolean isEncrypted() {
    return (flags & ENCRYPTED) != 0;
  }

  /** Returns whether the entry is a folder. */
  public boolean isFolder() {
    return name.endsWith("/") || name.endsWith("\\");
  }
}
