package io.groundstream.operators.archive;

import io.groundstream.operators.archive.compress.DecompressionLimits;
import io.groundstream.operators.archive.settings.ArchiveOptions;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes archives for tests, with a library whose tar reader the product does not use. */
public final class Archives {
  public static final int MAX_IMAGE_BYTES = 100_000;

  private Archives() {}

  /** Returns settings that read paths, with defaults for everything else. */
  public static ArchiveSettings settings(String... paths) {
    return settings(1 << 28, paths);
  }

  public static ArchiveSettings settings(long maxSplitBytes, String... paths) {
    return settings(maxSplitBytes, 1 << 26, null, paths);
  }

  public static ArchiveSettings settings(
      long maxSplitBytes, long maxRowGroupBytes, @Nullable String imageColumn, String... paths) {
    return settings(maxSplitBytes, maxRowGroupBytes, imageColumn, null, paths);
  }

  /** Returns settings with a delimiter for CSV. */
  public static ArchiveSettings delimitedBy(char delimiter, String path) {
    return settings(1 << 28, 1 << 26, null, delimiter, path);
  }

  private static ArchiveSettings settings(
      long maxSplitBytes,
      long maxRowGroupBytes,
      @Nullable String imageColumn,
      @Nullable Character delimiter,
      String... paths) {
    return new ArchiveSettings(
        List.of(paths),
        null,
        List.of("jpg", "jpeg", "png"),
        List.of(ArchiveSettings.ALL),
        16 * 1024,
        64 * 1024,
        ArchiveOptions.PICTURE_COLUMNS.defaultValue(),
        imageColumn,
        null,
        "id",
        "requests",
        delimiter,
        256,
        1 << 25,
        maxSplitBytes,
        maxRowGroupBytes,
        null,
        1 << 20,
        DecompressionLimits.DEFAULT);
  }

  /** Builds a tar file. */
  public static final class TarBuilder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar;

    public TarBuilder() {
      tar = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    public TarBuilder gnu() {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      return this;
    }

    public TarBuilder file(String name, byte[] content) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(content.length);
      entry.setModTime(1_700_000_000_000L);
      return entry(entry, content);
    }

    public TarBuilder file(String name, String content) {
      return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    public TarBuilder entry(TarArchiveEntry entry, byte @Nullable [] content) {
      try {
        tar.putArchiveEntry(entry);
        if (content != null) {
          tar.write(content);
        }
        tar.closeArchiveEntry();
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Returns the current size in bytes, without the end-of-archive marker. */
    public int size() {
      try {
        tar.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return bytes.size();
    }

    public byte[] build() {
      try {
        tar.close();
        return bytes.toByteArray();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Returns bytes in place of an image. */
  public static byte[] image(int number, int size) {
    byte[] image = new byte[size];
    for (int i = 0; i < size; i++) {
      image[i] = (byte) (number * 31 + i);
    }
    return image;
  }

  /** Writes files by name. */
  public static void write(Path folder, Map<String, byte[]> files) {
    files.forEach(
        (name, content) -> {
          try {
            Path file = folder.resolve(name);
            Path parent = file.getParent();
            if (parent != null) {
              Files.createDirectories(parent);
            }
            Files.write(file, content);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
