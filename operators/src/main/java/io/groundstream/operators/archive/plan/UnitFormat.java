package io.groundstream.operators.archive.plan;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a file of an archive is, by its name. */
public enum UnitFormat {
  /** One picture. */
  PICTURE(1),
  /** A tar shard. */
  TAR(2),
  /** A tar shard that its name says is compressed; its bytes tell how, or that it is not. */
  COMPRESSED_TAR(3),
  /** A Parquet file. */
  PARQUET(4),
  /** A manifest of comma-separated values with a header. */
  CSV(5),
  /** A manifest of JSON objects, one a line. */
  JSON_LINES(6),
  /** A folder that cannot be listed; reading it is an error to tell. */
  UNREADABLE_FOLDER(7),
  /** A zip file of pictures. */
  ZIP(8);

  private final byte code;

  UnitFormat(int code) {
    this.code = (byte) code;
  }

  /** Many a file has these suffixes that is no manifest; they count where a path is the file's. */
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

  /** What may follow the suffix of a tar shard or manifest; the last ones lead to a refusal. */
  private static final List<String> COMPRESSIONS =
      List.of("gz", "zst", "zstd", "xz", "bz2", "lz4", "z", "lz", "lzma", "lzo");

  /**
   * Returns the format of a file, or null if its name tells none.
   *
   * @param pictureSuffixes in lower case
   */
  static @Nullable UnitFormat of(String fileName, List<String> pictureSuffixes) {
    String name = fileName.toLowerCase(Locale.ROOT);
    for (String suffix : pictureSuffixes) {
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

  /** Returns the format of a file that a path names by itself, or null if its name tells none. */
  static @Nullable UnitFormat ofNamed(String fileName, List<String> pictureSuffixes) {
    UnitFormat usual = of(fileName, pictureSuffixes);
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

  /** Returns what stands for this format in checkpoints. */
  byte code() {
    return code;
  }

  /** Returns the format that a code stands for. */
  static UnitFormat ofCode(byte code) {
    for (UnitFormat format : values()) {
      if (format.code == code) {
        return format;
      }
    }
    throw new IllegalArgumentException("code of a file's format: " + code);
  }

  /**
   * Whether files of this format are read wherever they lie; else only where they are named. What
   * Hugging Face's folders of images call metadata is about the pictures beside it.
   */
  boolean isReadInFolders(String fileName) {
    return this != CSV
        && this != JSON_LINES
        && !(this == PARQUET && fileName.equalsIgnoreCase("metadata.parquet"));
  }

  /** Returns a file's name without the suffix that tells its format. */
  public String withoutSuffix(String name) {
    String uncompressed =
        this == COMPRESSED_TAR || this == CSV || this == JSON_LINES
            ? withoutCompression(name)
            : name;
    int dot = uncompressed.lastIndexOf('.');
    return dot <= uncompressed.lastIndexOf('/') + 1 ? uncompressed : uncompressed.substring(0, dot);
  }
}
