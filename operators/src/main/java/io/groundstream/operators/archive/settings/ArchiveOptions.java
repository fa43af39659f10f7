package io.groundstream.operators.archive.settings;

import io.groundstream.operators.archive.compress.DecompressionLimits;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** Where archived pictures are, and how they are read. */
public final class ArchiveOptions {
  public static final ConfigOption<List<String>> PATHS =
      ConfigOptions.key("archive.paths")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "What to read, separated by semicolons: folders (with all below them), files, or"
                  + " patterns with *, ?, {a,b}, [a-z] and ** (any number of folders), on any file"
                  + " system that Flink knows. In folders, pictures, *.tar, *.zip and *.parquet are"
                  + " read; manifests (*.csv, *.jsonl, *.ndjson) where a path or pattern names"
                  + " them; shards and manifests also compressed (*.tar.gz, *.tgz, *.tar.zst,"
                  + " *.tar.xz, *.tar.bz2, *.csv.gz and so on).");

  public static final ConfigOption<String> ROOT =
      ConfigOptions.key("archive.root")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The folder that the names of files are relative to, in identifiers and origins."
                  + " Default: the deepest folder that holds all of archive.paths.");

  public static final ConfigOption<List<String>> PICTURE_SUFFIXES =
      ConfigOptions.key("archive.picture-suffixes")
          .stringType()
          .asList()
          .defaultValues(
              "jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif")
          .withDescription(
              "What follows the first dot of a picture's name in a tar shard, or the last dot of a"
                  + " picture file's, in any case. What a picture really is its bytes tell.");

  public static final ConfigOption<List<String>> ATTRIBUTES =
      ConfigOptions.key("archive.attributes")
          .stringType()
          .asList()
          .defaultValues("*")
          .withDescription(
              "Which data about a picture (fields of sidecars, columns, fields of manifests) become"
                  + " attributes of its records: names, or * for all. Set to nothing, sidecars are"
                  + " not even read.");

  public static final ConfigOption<MemorySize> MAX_ATTRIBUTE_BYTES =
      ConfigOptions.key("archive.max-attribute-bytes")
          .memoryType()
          .defaultValue(new MemorySize(16 * 1024))
          .withDescription(
              "The most bytes that a picture's attributes may have, names and values in UTF-8."
                  + " They are part of every record about the picture.");

  public static final ConfigOption<MemorySize> MAX_SIDECAR_BYTES =
      ConfigOptions.key("archive.max-sidecar-bytes")
          .memoryType()
          .defaultValue(new MemorySize(256 * 1024))
          .withDescription("The largest sidecar in a tar shard, or line of a manifest.");

  public static final ConfigOption<List<String>> PICTURE_COLUMNS =
      ConfigOptions.key("archive.picture-columns")
          .stringType()
          .asList()
          .defaultValues(
              "uri",
              "url",
              "image_uri",
              "image_url",
              "img_url",
              "picture_url",
              "photo_url",
              "file_name",
              "filename",
              "image_path",
              "img_path",
              "file_path",
              "filepath",
              "image_file",
              "path",
              "file",
              "image",
              "img",
              "picture",
              "photo",
              "jpg",
              "jpeg",
              "png",
              "webp",
              "image.bytes",
              "image_bytes",
              "bytes",
              "content",
              "images")
          .withDescription(
              "The names that a column of a table (Parquet, CSV), or a field of JSON lines, with"
                  + " pictures may have; the first that there is counts. Capital letters make no"
                  + " difference unless two columns differ in nothing else. Binary columns, and"
                  + " groups with bytes, hold pictures; text refers to them by URI or path,"
                  + " relative to the folder of the file that it is in. Bytes come before"
                  + " references, and a group's path, as in image.path, stands in for bytes that"
                  + " are null. In files called metadata, file_name comes first.");

  public static final ConfigOption<String> IMAGE_COLUMN =
      ConfigOptions.key("archive.image-column")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The Parquet column with pictures as bytes, and no other; a dot leads into a group,"
                  + " as in image.bytes. Default: the first of archive.picture-columns that holds"
                  + " bytes.");

  public static final ConfigOption<String> URI_COLUMN =
      ConfigOptions.key("archive.uri-column")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The column of a table, or field of JSON lines, with the URIs or paths of pictures,"
                  + " and no other. Default: the first of archive.picture-columns that is text.");

  public static final ConfigOption<String> ID_COLUMN =
      ConfigOptions.key("archive.id-column")
          .stringType()
          .defaultValue("id")
          .withDescription(
              "The Parquet column, or field of a manifest, with the pictures' identifiers. Without"
                  + " one, they are made of the file's name and the row.");

  public static final ConfigOption<String> REQUESTS_COLUMN =
      ConfigOptions.key("archive.requests-column")
          .stringType()
          .defaultValue("requests")
          .withDescription(
              "The column of a table, or field of JSON lines, with what is asked about a picture: a"
                  + " list of objects with task, text, request_id and boxes, as JSON or, in"
                  + " Parquet, as a list of groups.");

  public static final ConfigOption<String> DELIMITER =
      ConfigOptions.key("archive.delimiter")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The character between the fields of a CSV file. Default: a comma, semicolon, tab or"
                  + " vertical bar, whichever the header has between the names of its columns.");

  public static final ConfigOption<Integer> GROUP_FILES =
      ConfigOptions.key("archive.group-files")
          .intType()
          .defaultValue(256)
          .withDescription("The most files that a reader takes at a time.");

  public static final ConfigOption<MemorySize> GROUP_BYTES =
      ConfigOptions.key("archive.group-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(32))
          .withDescription(
              "When the files that a reader takes at a time have so many bytes, no more are"
                  + " added.");

  public static final ConfigOption<MemorySize> MAX_SPLIT_BYTES =
      ConfigOptions.key("archive.max-split-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(256))
          .withDescription(
              "Tar shards, Parquet files and manifests with more bytes are read by several readers"
                  + " at a time; compressed shards are not.");

  public static final ConfigOption<MemorySize> LOOK_AROUND =
      ConfigOptions.key("archive.look-around")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(32))
          .withDescription(
              "How far from a picture in a tar shard a sidecar may be, before or after it, in bytes"
                  + " of the uncompressed shard; and at most 10,000 entries. A reader holds"
                  + " pictures of about so many bytes in memory, and sidecars of as many. With 0,"
                  + " only entries beside each other belong together.");

  public static final ConfigOption<Integer> MAX_DECOMPRESSION_RATIO =
      ConfigOptions.key("archive.max-decompression-ratio")
          .intType()
          .defaultValue(DecompressionLimits.DEFAULT.maxRatio())
          .withDescription(
              "How many times its own size a compressed shard or manifest may become, beyond the"
                  + " first 64 MB.");

  public static final ConfigOption<MemorySize> MAX_DECOMPRESSED_BYTES =
      ConfigOptions.key("archive.max-decompressed-bytes")
          .memoryType()
          .defaultValue(new MemorySize(DecompressionLimits.DEFAULT.maxBytes()))
          .withDescription("How many bytes a compressed shard or manifest may become at most.");

  public static final ConfigOption<MemorySize> MAX_DECOMPRESSION_MEMORY =
      ConfigOptions.key("archive.max-decompression-memory")
          .memoryType()
          .defaultValue(new MemorySize(DecompressionLimits.DEFAULT.maxMemoryBytes()))
          .withDescription(
              "The largest window (Zstandard) or dictionary (xz) that a compressed file may ask"
                  + " for; a reader holds it in memory.");

  public static final ConfigOption<MemorySize> MAX_ROW_GROUP_BYTES =
      ConfigOptions.key("archive.max-row-group-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(512))
          .withDescription(
              "The most bytes that the columns that are read of a Parquet row group may have; a"
                  + " reader holds them in memory.");

  public static final ConfigOption<Double> PICTURES_PER_SECOND =
      ConfigOptions.key("archive.pictures-per-second")
          .doubleType()
          .noDefaultValue()
          .withDescription(
              "The most pictures that are taken from the archive in a second, over all subtasks."
                  + " Default: as many as are answered.");

  private ArchiveOptions() {}
}
