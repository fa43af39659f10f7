package io.groundstream.jobs.backfill;

import io.groundstream.operators.archive.plan.ArchiveUnit;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * Reads and writes the list of an archive's files at the time of listing: gzipped lines of length,
 * modification time in milliseconds since 1970, and name, separated by tabs. In names, tab, line
 * feed, carriage return and backslash are written as {@code \t}, {@code \n}, {@code \r} and {@code
 * \\}.
 */
final class FileList {
  /**
   * A file at the time of listing.
   *
   * @param name the name, relative to the archive's root
   * @param modificationTime in milliseconds since 1970
   */
  record Entry(String name, long length, long modificationTime) {
    static Entry of(ArchiveUnit unit) {
      return new Entry(unit.name(), unit.length(), unit.modificationTime());
    }
  }

  private FileList() {}

  /** Writes a list; close it when the list is complete. For one thread. */
  static final class Writer implements AutoCloseable {
    private final BufferedWriter out;

    private Writer(BufferedWriter out) {
      this.out = out;
    }

    /** Returns a writer that discards its entries. */
    static Writer none() {
      return new Writer(new BufferedWriter(java.io.Writer.nullWriter()));
    }

    Writer(FileSystem fileSystem, Path file) throws IOException {
      this.out =
          new BufferedWriter(
              new OutputStreamWriter(
                  new GZIPOutputStream(fileSystem.create(file, WriteMode.OVERWRITE)),
                  StandardCharsets.UTF_8));
    }

    void add(Entry entry) throws IOException {
      out.write(entry.length() + "\t" + entry.modificationTime() + "\t" + escaped(entry.name()));
      out.write('\n');
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** Passes every entry of a list to a consumer. */
  static void read(FileSystem fileSystem, Path file, Consumer<Entry> reader) throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(fileSystem.open(file)), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 3) {
          throw new IOException(file + ": a line with " + fields.length + " fields (expected: 3)");
        }
        reader.accept(
            new Entry(unescaped(fields[2]), Long.parseLong(fields[0]), Long.parseLong(fields[1])));
      }
    } catch (NumberFormatException e) {
      throw new IOException(file + ": not a list of files: " + e.getMessage(), e);
    }
  }

  private static String escaped(String name) {
    return name.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  private static String unescaped(String text) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      if (letter == '\\' && i + 1 < text.length()) {
        i++;
        char escape = text.charAt(i);
        letter = escape == 't' ? '\t' : escape == 'n' ? '\n' : escape == 'r' ? '\r' : escape;
      }
      name.append(letter);
    }
    return name.toString();
  }
}
