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

/** Archives of bytes that only a model which does not look takes for pictures. */
final class Shards {
  private Shards() {}

  /** Writes tar shards in the WebDataset convention, with a sidecar for each picture. */
  static void writeTar(Path folder, int shards, int picturesEach, int imageBytes)
      throws IOException {
    Files.createDirectories(folder);
    for (int shard = 0; shard < shards; shard++) {
      Path file = folder.resolve(String.format(Locale.ROOT, "shard-%03d.tar", shard));
      try (OutputStream out = Files.newOutputStream(file);
          TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
        for (int i = 0; i < picturesEach; i++) {
          String key = String.format(Locale.ROOT, "%06d", shard * picturesEach + i);
          put(tar, key + ".jpg", bytes(shard * picturesEach + i, imageBytes));
          // Python writes NaN, which no attribute can be: a note in the first record of each shard.
          String score = i == 0 ? ", \"score\": NaN" : "";
          put(
              tar,
              key + ".json",
              ("{\"number\": " + i + score + "}").getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  /** Writes the same pictures as files of their own, 1000 in a folder. */
  static void writeLoose(Path folder, int pictures, int imageBytes) throws IOException {
    for (int i = 0; i < pictures; i++) {
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
