package io.groundstream.console.natives;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds libraries as the dynamic linker of Linux on x86-64 does, without loading any: in the
 * folders of LD_LIBRARY_PATH, of the library that needs it, of the linker's cache, and of the
 * system.
 */
final class DynamicLinker {
  private static final List<Path> SYSTEM =
      List.of(
          Path.of("/lib/x86_64-linux-gnu"),
          Path.of("/usr/lib/x86_64-linux-gnu"),
          Path.of("/lib64"),
          Path.of("/usr/lib64"),
          Path.of("/lib"),
          Path.of("/usr/lib"));

  private static final List<String> CACHE_PROGRAMS =
      List.of("/sbin/ldconfig", "/usr/sbin/ldconfig");
  private static final Pattern CACHED =
      Pattern.compile("\\s*(\\S+) \\(libc6,x86-64[^)]*\\) => (\\S+)");

  /** Of these functions are looked for one by one; the others have versions that tell as much. */
  private static final Pattern NVIDIA = Pattern.compile("libcu.*\\.so.*");

  private static final int NAMED = 3;

  private final List<Path> folders;
  private final Map<String, Path> cache;

  /**
   * @param folders those of LD_LIBRARY_PATH
   */
  DynamicLinker(List<Path> folders) throws IOException, InterruptedException {
    this.folders = List.copyOf(folders);
    this.cache = cache();
  }

  /**
   * Looks for all that some libraries need, and what that needs.
   *
   * @param loaded libraries that are loaded by their paths, in whatever order
   * @param runtime the name of CUDA's runtime
   * @param driver the name of the driver's library, which nothing is linked with
   */
  LinkReport check(List<Path> loaded, String runtime, String driver) throws IOException {
    Map<String, ElfFile> known = new LinkedHashMap<>();
    Deque<ElfFile> open = new ArrayDeque<>();
    for (Path path : loaded) {
      ElfFile library = ElfFile.read(path);
      open.add(library);
      known.put(library.soname() == null ? name(path) : library.soname(), library);
    }
    Set<ElfFile> roots = new LinkedHashSet<>(open);
    Map<String, Path> found = new TreeMap<>();
    Map<String, Set<String>> missing = new TreeMap<>();
    while (!open.isEmpty()) {
      ElfFile library = open.remove();
      for (String name : library.needed()) {
        if (known.containsKey(name)) {
          continue;
        }
        Path path = find(name, library.runPath());
        if (path == null) {
          missing.computeIfAbsent(name, key -> new TreeSet<>()).add(name(library.path()));
        } else {
          ElfFile needed = ElfFile.read(path);
          known.put(name, needed);
          found.put(name, path);
          open.add(needed);
        }
      }
    }
    List<String> unsuitable = new ArrayList<>();
    for (ElfFile library : roots) {
      known.forEach((name, other) -> compare(library, name, other, unsuitable));
    }
    return new LinkReport(found, missing, unsuitable, found.get(runtime), find(driver, List.of()));
  }

  /** Returns where a library is, or null. */
  private @Nullable Path find(String name, List<Path> runPath) {
    List<Path> places = new ArrayList<>(folders);
    places.addAll(runPath);
    for (Path folder : places) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    Path cached = cache.get(name);
    if (cached != null && Files.isRegularFile(cached)) {
      return cached;
    }
    return SYSTEM.stream()
        .map(folder -> folder.resolve(name))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElse(null);
  }

  /** Says what a library wants of another one in vain. */
  private static void compare(
      ElfFile library, String name, ElfFile other, List<String> unsuitable) {
    Set<String> versions = new TreeSet<>(library.neededVersions().getOrDefault(name, Set.of()));
    versions.removeAll(other.definedVersions());
    // A library without any versions is taken as it is, as the linker does.
    if (!versions.isEmpty() && !other.definedVersions().isEmpty()) {
      unsuitable.add(
          other.path()
              + " is too old: "
              + name(library.path())
              + " wants "
              + String.join(", ", versions));
      return;
    }
    if (NVIDIA.matcher(name).matches()) {
      Set<String> functions = new TreeSet<>(library.importsOf(name));
      functions.removeAll(other.exports());
      if (!functions.isEmpty()) {
        unsuitable.add(
            String.format(
                "%s lacks %d functions that %s calls, such as %s",
                other.path(),
                functions.size(),
                name(library.path()),
                String.join(", ", functions.stream().limit(NAMED).toList())));
      }
    }
  }

  /** Returns what the linker's cache names, as far as there is one. */
  private static Map<String, Path> cache() throws IOException, InterruptedException {
    Map<String, Path> cached = new LinkedHashMap<>();
    for (String program : CACHE_PROGRAMS) {
      if (!Files.isExecutable(Path.of(program))) {
        continue;
      }
      Process process =
          new ProcessBuilder(program, "-p").redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          Matcher matcher = CACHED.matcher(line);
          if (matcher.matches()) {
            Path unused = cached.putIfAbsent(matcher.group(1), Path.of(matcher.group(2)));
          }
        }
      }
      int unused = process.waitFor();
      break;
    }
    return cached;
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
