package io.groundstream.console.view;

import io.groundstream.console.render.Palette;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files that the page is made of. Nothing else on the class path can be asked for. */
final class PageFiles {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  private static final Map<String, PageFile> FILES =
      Map.of(
          "/", new PageFile(HTML, resource("index.html")),
          "/view.js", new PageFile(SCRIPT, resource("view.js")),
          "/card.js", new PageFile(SCRIPT, resource("card.js")),
          "/panels.js", new PageFile(SCRIPT, resource("panels.js")),
          "/view.css", new PageFile(STYLE, resource("view.css")),
          "/palette.css", new PageFile(STYLE, palette().getBytes(StandardCharsets.UTF_8)),
          "/icon.svg", new PageFile("image/svg+xml", resource("icon.svg")));

  private PageFiles() {}

  /** A file and its type. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and never written to.
  record PageFile(String type, byte[] bytes) {}

  /** Returns the file with a path, or null if there is none. */
  static @Nullable PageFile find(String path) {
    return FILES.get(path);
  }

  /** The colours of phrases, which are those of drawn pictures too. */
  private static String palette() {
    StringBuilder sheet = new StringBuilder();
    for (int ordinal = 0; ordinal < Palette.SIZE; ordinal++) {
      sheet.append(".c").append(ordinal).append(" { --c: ").append(Palette.css(ordinal));
      sheet.append(" }\n");
    }
    return sheet.toString();
  }

  private static byte[] resource(String name) {
    try (InputStream resource = PageFiles.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException(name + ": missing beside " + PageFiles.class);
      }
      return resource.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
