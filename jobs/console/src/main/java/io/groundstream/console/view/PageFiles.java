package io.groundstream.console.view;

import io.groundstream.console.render.Card;
import io.groundstream.console.render.PageResource;
import io.groundstream.console.render.Palette;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of the page. Nothing else on the class path is served. */
final class PageFiles {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  private static final Map<String, PageFile> FILES =
      Map.of(
          "/", file(HTML, own("index.html")),
          "/view.js", file(SCRIPT, own("view.js")),
          "/card.js", file(SCRIPT, PageResource.text(Card.class, "card.js")),
          "/panels.js", file(SCRIPT, own("panels.js")),
          "/card.css", file(STYLE, PageResource.text(Card.class, "card.css")),
          "/palette.css", file(STYLE, Palette.styleSheet()),
          "/view.css", file(STYLE, own("view.css")),
          "/icon.svg", file("image/svg+xml", own("icon.svg")));

  private PageFiles() {}

  /** A file and its type. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and never written to.
  record PageFile(String type, byte[] bytes) {}

  /** Returns the file at a path, or null if there is none. */
  static @Nullable PageFile find(String path) {
    return FILES.get(path);
  }

  private static PageFile file(String type, String text) {
    return new PageFile(type, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String own(String name) {
    return PageResource.text(PageFiles.class, name);
  }
}
