package io.groundstream.it;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes archives of random bytes, for models that do not decode images. */
final class Shards {
  private Shards() {}

  /** Writes tar shards in the WebDataset convention, with a sidecar for each image. */
  static void writeTar(Path folder, int shards, int imagesEach, int imageBytes) throws IOException {
    Files.createDirectories(folder);
    for (int shard = 0; shard < shards; shard++) {
      Path file = folder.resolve(String.format(Locale.ROOT, "shard-%03d.tar", shard));
      try (OutputStream out = Files.newOutputStream(file);
          TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
        for (int i = 0; i < imagesEach; i++) {
          String key = String.format(Locale.ROOT, "%06d", shard * imagesEach + i);
          put(tar, key + ".jpg", bytes(shard * imagesEach + i, imageBytes));
          // Python writes NaN, which cannot be an attribute and causes a note in the first record
          // of each shard.
          String score = i == 0 ? ", \"score\": NaN" : "";
          put(
              tar,
              key + ".json",
              ("{\"number\": " + i + score + "}").getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  /** Writes the same images as separate files, 1000 per folder. */
  static void writeLoose(Path folder, int images, int imageBytes) throws IOException {
    for (int i = 0; i < images; i++) {
      Path below = folder.resolve(String.format(Locale.ROOT, "%03d", i / 1000));
      if (i % 1000 == 0) {
        Files.createDirectories(below);
      }
      Files.write(below.resolve(String.format(Locale.ROOT, "%06d.jpg", i)), bytes(i, imageBytes));
    }
  }

  private static byte[] bytes(int seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void put(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  /** Returns all files below a folder. */
  static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.walk(folder)) {
      return new ArrayList<>(files.filter(Files::isRegularFile).sorted().toList());
    }
  }
}
