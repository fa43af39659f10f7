package io.groundstream.console.render;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The scripts, style sheets and documents that pages are made of: files beside classes. */
public final class PageResource {
  private PageResource() {}

  /** Returns the file with a name in the package of a class. */
  public static String text(Class<?> neighbour, String name) {
    try (InputStream resource = neighbour.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException(name + ": missing beside " + neighbour);
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
