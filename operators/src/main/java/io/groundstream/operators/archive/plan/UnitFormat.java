package io.groundstream.operators.archive.plan;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The format of a file of an archive, derived from its name. */
public enum UnitFormat {
  /** One image. */
  PICTURE(1),
  /** A tar shard. */
  TAR(2),
  /** A tar shard whose name says that it is compressed; its bytes decide whether and how it is. */
  COMPRESSED_TAR(3),
  /** A Parquet file. */
  PARQUET(4),
  /** A manifest of comma-separated values with a header. */
  CSV(5),
  /** A manifest of JSON objects, one per line. */
  JSON_LINES(6),
  /** A folder that cannot be listed; reading it yields a dead letter. */
  UNREADABLE_FOLDER(7),
  /** A zip file of images. */
  ZIP(8);

  private final byte code;

  UnitFormat(int code) {
    this.code = (byte) code;
  }

  /** Suffixes that many other files have, too; they count only if a path names the file itself. */
  private static final Map<String, UnitFormat> BY_SUFFIX_OF_PATH =
      Map.of("json", JSON_LINES, "txt", CSV, "tab", CSV);

  private static final Map<String, UnitFormat> BY_SUFFIX =
      Map.ofEntries(
          Map.entry("tar", TAR),
          Map.entry("tgz", COMPRESSED_TAR),
          Map.entry("tzst", COMPRESSED_TAR),
          Map.entry("txz", COMPRESSED_TAR),
          Map.entry("tbz2", COMPRESSED_TAR),
          Map.entry("zip", ZIP),
          Map.entry("parquet", PARQUET),
          Map.entry("csv", CSV),
          Map.entry("tsv", CSV),
          Map.entry("jsonl", JSON_LINES),
          Map.entry("ndjson", JSON_LINES));

  /**
   * Suffixes that may follow that of a tar shard or manifest; files with the last ones are
   * rejected.
   */
  private static final List<String> COMPRESSIONS =
      List.of("gz", "zst", "zstd", "xz", "bz2", "lz4", "z", "lz", "lzma", "lzo");

  /**
   * Returns the format of a file, or null if its name has no known suffix.
   *
   * @param imageSuffixes in lower case
   */
  static @Nullable UnitFormat of(String fileName, List<String> imageSuffixes) {
    String name = fileName.toLowerCase(Locale.ROOT);
    for (String suffix : imageSuffixes) {
      if (name.endsWith("." + suffix)) {
        return PICTURE;
      }
    }
    String uncompressed = withoutCompression(name);
    for (Map.Entry<String, UnitFormat> known : BY_SUFFIX.entrySet()) {
      if (uncompressed.endsWith("." + known.getKey())) {
        UnitFormat format = known.getValue();
        if (uncompressed.length() == name.length()) {
          return format;
        }
        return switch (format) {
          case TAR -> COMPRESSED_TAR;
          case CSV, JSON_LINES -> format;
          case PICTURE, COMPRESSED_TAR, PARQUET, UNREADABLE_FOLDER, ZIP -> null;
        };
      }
    }
    return null;
  }

  /** Returns the format of a file that a path itself names, or null if it has no known suffix. */
  static @Nullable UnitFormat ofNamed(String fileName, List<String> imageSuffixes) {
    UnitFormat usual = of(fileName, imageSuffixes);
    return usual != null
        ? usual
        : BY_SUFFIX_OF_PATH.get(
            fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  private static String withoutCompression(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (String compression : COMPRESSIONS) {
      if (lower.endsWith("." + compression)) {
        return name.substring(0, name.length() - compression.length() - 1);
      }
    }
    return name;
  }

  /** Returns the code of this format in checkpoints. */
  byte code() {
    return code;
  }

  /** Returns the format with a code. */
  static UnitFormat ofCode(byte code) {
    for (UnitFormat format : values()) {
      if (format.code == code) {
        return format;
      }
    }
    throw new IllegalArgumentException("code of a file's format: " + code);
  }

  /**
   * Returns whether files of this format are read wherever they are found, as opposed to only where
   * a path or pattern names them. The metadata files of Hugging Face image folders describe the
   * images beside them.
   */
  boolean isReadInFolders(String fileName) {
    return this != CSV
        && this != JSON_LINES
        && !(this == PARQUET && fileName.equalsIgnoreCase("metadata.parquet"));
  }

  /** Returns a file's name without the suffix of its format. */
  public String withoutSuffix(String name) {
    String uncompressed =
        this == COMPRESSED_TAR || this == CSV || this == JSON_LINES
            ? withoutCompression(name)
            : name;
    int dot = uncompressed.lastIndexOf('.');
    return dot <= uncompressed.lastIndexOf('/') + 1 ? uncompressed : uncompressed.substring(0, dot);
  }
}
