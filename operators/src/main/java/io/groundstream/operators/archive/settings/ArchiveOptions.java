package io.groundstream.operators.archive.settings;

import io.groundstream.operators.archive.compress.DecompressionLimits;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** Options for where archived images are and how they are read. */
public final class ArchiveOptions {
  public static final ConfigOption<List<String>> PATHS =
      ConfigOptions.key("archive.paths")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "What to read, separated by semicolons: folders (with all below them), files, or"
                  + " patterns with *, ?, {a,b}, [a-z] and ** (any number of folders), on any file"
                  + " system that Flink knows. In folders, images, *.tar, *.zip and *.parquet are"
                  + " read. Manifests (*.csv, *.jsonl, *.ndjson) are read only where a path or"
                  + " pattern names them. Shards and manifests may be compressed (*.tar.gz, *.tgz,"
                  + " *.tar.zst, *.tar.xz, *.tar.bz2, *.csv.gz and so on).");

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
              "The suffixes of images: what follows the first dot of an entry's name in a tar"
                  + " shard, or the last dot of a file's name. Case does not matter. The format is"
                  + " recognised from the bytes.");

  public static final ConfigOption<List<String>> ATTRIBUTES =
      ConfigOptions.key("archive.attributes")
          .stringType()
          .asList()
          .defaultValues("*")
          .withDescription(
              "Which data about an image (fields of sidecars, columns, fields of manifests)"
                  + " become attributes of its records: names, or * for all. If empty, sidecars"
                  + " are not read.");

  public static final ConfigOption<MemorySize> MAX_ATTRIBUTE_BYTES =
      ConfigOptions.key("archive.max-attribute-bytes")
          .memoryType()
          .defaultValue(new MemorySize(16 * 1024))
          .withDescription(
              "The maximum size of an image's attributes, names and values in UTF-8. Every"
                  + " record about the image carries them.");

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
              "Possible names of the column of a table (Parquet, CSV), or field of JSON lines,"
                  + " that holds images. The first name that the table has counts. Case does not"
                  + " matter unless two columns differ only in case. Binary columns, and groups"
                  + " with bytes, hold images; text refers to them by URI or by path, relative to"
                  + " the folder of the table. Bytes come before references. A group's path, as in"
                  + " image.path, replaces bytes that are null. In files called metadata,"
                  + " file_name comes first.");

  public static final ConfigOption<String> IMAGE_COLUMN =
      ConfigOptions.key("archive.image-column")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The only Parquet column to read images from as bytes. A dot leads into a group,"
                  + " as in image.bytes. Default: the first of archive.picture-columns that holds"
                  + " bytes.");

  public static final ConfigOption<String> URI_COLUMN =
      ConfigOptions.key("archive.uri-column")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The only column of a table, or field of JSON lines, to read URIs or paths of"
                  + " images from. Default: the first of archive.picture-columns that is text.");

  public static final ConfigOption<String> ID_COLUMN =
      ConfigOptions.key("archive.id-column")
          .stringType()
          .defaultValue("id")
          .withDescription(
              "The Parquet column, or field of a manifest, with the images' identifiers. Without"
                  + " it, identifiers are made from the file's name and the row.");

  public static final ConfigOption<String> REQUESTS_COLUMN =
      ConfigOptions.key("archive.requests-column")
          .stringType()
          .defaultValue("requests")
          .withDescription(
              "The column of a table, or field of JSON lines, with the requests about an image:"
                  + " a list of objects with task, text, request_id and boxes, as JSON or, in"
                  + " Parquet, as a list of groups.");

  public static final ConfigOption<String> DELIMITER =
      ConfigOptions.key("archive.delimiter")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The character between the fields of a CSV file. Default: the comma, semicolon,"
                  + " tab or vertical bar that separates the names in the header.");

  public static final ConfigOption<Integer> GROUP_FILES =
      ConfigOptions.key("archive.group-files")
          .intType()
          .defaultValue(256)
          .withDescription("The maximum number of files that a reader takes at a time.");

  public static final ConfigOption<MemorySize> GROUP_BYTES =
      ConfigOptions.key("archive.group-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(32))
          .withDescription(
              "The size from which on no more files are added to those that a reader takes at a"
                  + " time.");

  public static final ConfigOption<MemorySize> MAX_SPLIT_BYTES =
      ConfigOptions.key("archive.max-split-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(256))
          .withDescription(
              "Larger tar shards, Parquet files and manifests are divided between several"
                  + " readers. Compressed shards are not.");

  public static final ConfigOption<MemorySize> LOOK_AROUND =
      ConfigOptions.key("archive.look-around")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(32))
          .withDescription(
              "How far a sidecar may be from its image in a tar shard, before or after it, in"
                  + " bytes of the uncompressed shard. The limit is also 10,000 entries. A reader"
                  + " holds images of about this size in memory, and as many bytes of sidecars."
                  + " With 0, only adjacent entries belong together.");

  public static final ConfigOption<Integer> MAX_DECOMPRESSION_RATIO =
      ConfigOptions.key("archive.max-decompression-ratio")
          .intType()
          .defaultValue(DecompressionLimits.DEFAULT.maxRatio())
          .withDescription(
              "The maximum ratio between the decompressed and the compressed size of a shard or"
                  + " manifest, beyond the first 64 MB.");

  public static final ConfigOption<MemorySize> MAX_DECOMPRESSED_BYTES =
      ConfigOptions.key("archive.max-decompressed-bytes")
          .memoryType()
          .defaultValue(new MemorySize(DecompressionLimits.DEFAULT.maxBytes()))
          .withDescription("The maximum decompressed size of a shard or manifest.");

  public static final ConfigOption<MemorySize> MAX_DECOMPRESSION_MEMORY =
      ConfigOptions.key("archive.max-decompression-memory")
          .memoryType()
          .defaultValue(new MemorySize(DecompressionLimits.DEFAULT.maxMemoryBytes()))
          .withDescription(
              "The largest window (Zstandard) or dictionary (xz) that a compressed file may"
                  + " require. A reader holds it in memory.");

  public static final ConfigOption<MemorySize> MAX_ROW_GROUP_BYTES =
      ConfigOptions.key("archive.max-row-group-bytes")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(512))
          .withDescription(
              "The maximum size of the columns that are read from one Parquet row group. A"
                  + " reader holds them in memory.");

  public static final ConfigOption<Double> PICTURES_PER_SECOND =
      ConfigOptions.key("archive.pictures-per-second")
          .doubleType()
          .noDefaultValue()
          .withDescription(
              "The maximum number of images taken from the archive in a second, over all"
                  + " subtasks. Default: as many as the model answers.");

  private ArchiveOptions() {}
}
