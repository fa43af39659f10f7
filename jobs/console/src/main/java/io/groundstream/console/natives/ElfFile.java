package io.groundstream.console.natives;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the dynamic linker reads in a shared library: which libraries it needs, where it looks for
 * them, and which versions and functions it wants of them and offers itself.
 *
 * @param path where it is
 * @param soname the name that it gives itself, or null
 * @param needed the libraries it is linked with
 * @param runPath where these are looked for, with {@code $ORIGIN} replaced
 * @param neededVersions by library, the versions of its interface that are wanted
 * @param definedVersions the versions of the interface that it offers
 * @param imports by library, the functions that are wanted of it; those without a version, whose
 *     library is not told, are under the empty name
 * @param exports the functions that it offers
 */
public record ElfFile(
    Path path,
    @Nullable String soname,
    List<String> needed,
    List<Path> runPath,
    Map<String, Set<String>> neededVersions,
    Set<String> definedVersions,
    Map<String, Set<String>> imports,
    Set<String> exports) {
  private static final int HEADER_BYTES = 64;
  private static final int SECTION_BYTES = 64;
  private static final int SYMBOL_BYTES = 24;
  private static final int MAGIC = 0x464c457f; // 0x7f 'E' 'L' 'F', as little-endian
  private static final byte CLASS_64 = 2;
  private static final byte LITTLE_ENDIAN = 1;

  private static final int SECTION_DYNAMIC = 6;
  private static final int SECTION_SYMBOLS = 11;
  private static final int SECTION_VERSIONS_DEFINED = 0x6ffffffd;
  private static final int SECTION_VERSIONS_NEEDED = 0x6ffffffe;
  private static final int SECTION_SYMBOL_VERSIONS = 0x6fffffff;

  private static final int TAG_NEEDED = 1;
  private static final int TAG_SONAME = 14;
  private static final int TAG_RPATH = 15;
  private static final int TAG_RUNPATH = 29;

  /** Of a symbol that may be missing. */
  private static final int WEAK = 2;

  /** The highest bit of a symbol's version hides it from the linker of programs. */
  private static final int VERSION_MASK = 0x7fff;

  /**
   * Reads a library.
   *
   * @throws IOException if it cannot be read, or is not a library for 64-bit little-endian machines
   */
  public static ElfFile read(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      return new Reader(path, file).read();
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException(path + ": is damaged (expected: a whole shared library)", e);
    }
  }

  /** Returns the functions that are wanted of a library. */
  public Set<String> importsOf(String library) {
    return imports.getOrDefault(library, Set.of());
  }

  /**
   * A section of the file.
   *
   * @param link the number of another one that belongs to it
   */
  private record Section(int type, long offset, long size, int link) {}

  private static final class Reader {
    private final Path path;
    private final FileChannel file;
    private final List<Section> sections = new ArrayList<>();

    Reader(Path path, FileChannel file) {
      this.path = path;
      this.file = file;
    }

    ElfFile read() throws IOException {
      readSections();
      String soname = null;
      List<String> needed = new ArrayList<>();
      List<Path> runPath = new ArrayList<>();
      Section dynamic = section(SECTION_DYNAMIC);
      if (dynamic != null) {
        ByteBuffer names = names(dynamic);
        ByteBuffer entries = bytes(dynamic);
        while (entries.remaining() >= 2 * Long.BYTES) {
          int tag = (int) entries.getLong();
          int value = (int) entries.getLong();
          switch (tag) {
            case TAG_NEEDED -> needed.add(text(names, value));
            case TAG_SONAME -> soname = text(names, value);
            case TAG_RPATH, TAG_RUNPATH -> {
              for (String folder : text(names, value).split(":", -1)) {
                runPath.add(Path.of(expand(folder)));
              }
            }
            default -> {}
          }
        }
      }
      Map<String, Set<String>> neededVersions = new LinkedHashMap<>();
      Map<Integer, String> libraries = new HashMap<>();
      readNeededVersions(neededVersions, libraries);
      Map<String, Set<String>> imports = new LinkedHashMap<>();
      Set<String> exports = new HashSet<>();
      readSymbols(libraries, imports, exports);
      return new ElfFile(
          path, soname, needed, runPath, neededVersions, definedVersions(), imports, exports);
    }

    private void readSections() throws IOException {
      ByteBuffer header = bytes(0, Math.min(HEADER_BYTES, file.size()));
      if (header.remaining() < HEADER_BYTES
          || header.getInt() != MAGIC
          || header.get() != CLASS_64
          || header.get() != LITTLE_ENDIAN) {
        throw new IOException(path + ": (expected: a shared library for x86-64)");
      }
      long offset = header.getLong(40);
      int count = Short.toUnsignedInt(header.getShort(60));
      ByteBuffer table = bytes(offset, (long) count * SECTION_BYTES);
      for (int i = 0; i < count; i++) {
        int at = i * SECTION_BYTES;
        sections.add(
            new Section(
                table.getInt(at + 4),
                table.getLong(at + 24),
                table.getLong(at + 32),
                table.getInt(at + 40)));
      }
    }

    /**
     * Reads which versions of which libraries are wanted, and which number a symbol has them by.
     */
    private void readNeededVersions(
        Map<String, Set<String>> versions, Map<Integer, String> libraries) throws IOException {
      Section section = section(SECTION_VERSIONS_NEEDED);
      if (section == null) {
        return;
      }
      ByteBuffer names = names(section);
      ByteBuffer entries = bytes(section);
      for (int at = 0, next = -1; next != 0; at += next) {
        String library = text(names, entries.getInt(at + 4));
        Set<String> ofLibrary = versions.computeIfAbsent(library, key -> new LinkedHashSet<>());
        int inner = at + entries.getInt(at + 8);
        int count = Short.toUnsignedInt(entries.getShort(at + 2));
        for (int i = 0; i < count; i++) {
          libraries.put(Short.toUnsignedInt(entries.getShort(inner + 6)), library);
          ofLibrary.add(text(names, entries.getInt(inner + 8)));
          inner += entries.getInt(inner + 12);
        }
        next = entries.getInt(at + 12);
      }
    }

    private Set<String> definedVersions() throws IOException {
      Set<String> versions = new LinkedHashSet<>();
      Section section = section(SECTION_VERSIONS_DEFINED);
      if (section != null) {
        ByteBuffer names = names(section);
        ByteBuffer entries = bytes(section);
        for (int at = 0, next = -1; next != 0; at += next) {
          versions.add(text(names, entries.getInt(at + entries.getInt(at + 12))));
          next = entries.getInt(at + 16);
        }
      }
      return versions;
    }

    private void readSymbols(
        Map<Integer, String> libraries, Map<String, Set<String>> imports, Set<String> exports)
        throws IOException {
      Section section = section(SECTION_SYMBOLS);
      if (section == null) {
        return;
      }
      ByteBuffer names = names(section);
      ByteBuffer symbols = bytes(section);
      Section numbers = section(SECTION_SYMBOL_VERSIONS);
      ByteBuffer versions = numbers == null ? null : bytes(numbers);
      int count = symbols.remaining() / SYMBOL_BYTES;
      // The first one is nothing.
      for (int i = 1; i < count; i++) {
        int at = i * SYMBOL_BYTES;
        String name = text(names, symbols.getInt(at));
        if (symbols.getShort(at + 6) != 0) {
          exports.add(name);
        } else if (symbols.get(at + 4) >> 4 != WEAK) {
          int version = versions == null ? 0 : versions.getShort(2 * i) & VERSION_MASK;
          String library = libraries.getOrDefault(version, "");
          imports.computeIfAbsent(library, key -> new LinkedHashSet<>()).add(name);
        }
      }
    }

    private String expand(String folder) {
      Path parent = path.toAbsolutePath().getParent();
      return folder
          .replace("${ORIGIN}", String.valueOf(parent))
          .replace("$ORIGIN", String.valueOf(parent));
    }

    private @Nullable Section section(int type) {
      return sections.stream().filter(section -> section.type() == type).findFirst().orElse(null);
    }

    private ByteBuffer names(Section section) throws IOException {
      return bytes(sections.get(section.link()));
    }

    private ByteBuffer bytes(Section section) throws IOException {
      return bytes(section.offset(), section.size());
    }

    private ByteBuffer bytes(long offset, long size) throws IOException {
      if (offset < 0 || size < 0 || offset + size > file.size()) {
        throw new IOException(path + ": ends too early (expected: a whole shared library)");
      }
      return file.map(FileChannel.MapMode.READ_ONLY, offset, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String text(ByteBuffer names, int offset) {
      int end = offset;
      while (names.get(end) != 0) {
        end++;
      }
      byte[] text = new byte[end - offset];
      names.get(offset, text);
      return new String(text, StandardCharsets.UTF_8);
    }
  }
}
