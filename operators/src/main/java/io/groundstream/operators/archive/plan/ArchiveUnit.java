package io.groundstream.operators.archive.plan;

/**
 * A file of an archive.
 *
 * @param name its path relative to the archive's root, with slashes
 * @param path the file's location
 * @param length in bytes
 * @param modificationTime in milliseconds since 1970
 * @param keepsSuffix whether identifiers begin with the name including its suffix, because the
 *     identifiers of another file or folder beside it begin with the name without suffix
 */
public record ArchiveUnit(
    String name,
    String path,
    UnitFormat format,
    long length,
    long modificationTime,
    boolean keepsSuffix) {}
