package io.groundstream.images;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;

/** Makes the command line of a process that decodes HEIF. */
@FunctionalInterface
interface HeifCommand {
  /** The libraries with a known layout, newest first: of 1.x, 0.11 and 0.9. */
  String AVIF_LIBRARIES = "libavif.so.16:libavif.so.15:libavif.so.13";

  /** One name for all releases, since its interface only grows. */
  String HEIC_LIBRARIES = "libheif.so.1";

  /**
   * Writes the files that the process needs into a folder, and returns its command line. The folder
   * is the working directory of the process and is removed once the process is ready.
   */
  List<String> write(Path folder) throws IOException;

  /** Returns the command for {@link HeifWorker} in a small JVM of the same JDK as this one. */
  static HeifCommand worker(HeifOptions options) {
    return folder -> {
      unpackJna(folder);
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          // A small heap, because pixels are in native memory.
          "-Xms8m",
          "-Xmx64m",
          "-Xss512k",
          "-XX:+UseSerialGC",
          "-XX:ReservedCodeCacheSize=32m",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-UsePerfData",
          // A crash leaves no files behind, and standard output has answers only.
          "-XX:-CreateCoredumpOnCrash",
          "-XX:ErrorFile=/dev/null",
          "-XX:+DisplayVMOutputToStderr",
          "--enable-native-access=ALL-UNNAMED",
          "-Djna.nosys=true",
          "-Djna.nounpack=true",
          "-Djna.boot.library.path=" + folder,
          "-cp",
          place(HeifWorker.class) + File.pathSeparator + place(Native.class),
          HeifWorker.class.getName(),
          options.avif() ? AVIF_LIBRARIES : "",
          options.heic() ? HEIC_LIBRARIES : "",
          Long.toString(options.memoryBytes()));
    };
  }

  private static void unpackJna(Path folder) throws IOException {
    String name = System.mapLibraryName("jnidispatch");
    String resource = "/com/sun/jna/" + Platform.RESOURCE_PREFIX + "/" + name;
    try (InputStream library = Native.class.getResourceAsStream(resource)) {
      if (library == null) {
        throw new IOException("JNA has no " + resource + " (expected: Linux on x86-64 or aarch64)");
      }
      Files.copy(library, folder.resolve(name));
    }
  }

  /** Returns the jar or folder that a class comes from. */
  private static Path place(Class<?> type) throws IOException {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    try {
      if (source != null && source.getLocation() != null) {
        return Path.of(source.getLocation().toURI());
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IOException(type + " is at " + source.getLocation() + " (expected: a file)", e);
    }
    throw new IOException(type + " is at an unknown place (expected: a jar)");
  }
}
