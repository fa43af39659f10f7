package io.groundstream.operators.archive.plan;

/**
 * A file of an archive.
 *
 * @param name its path relative to the archive's root, with slashes
 * @param path where it is
 * @param length in bytes
 * @param modificationTime in milliseconds since 1970
 * @param keepsSuffix whether the picture's identifier is its name with suffix, because another
 *     picture beside it has the same name without
 */
public record ArchiveUnit(
    String name,
    String path,
    UnitFormat format,
    long length,
    long modificationTime,
    boolean keepsSuffix) {}
