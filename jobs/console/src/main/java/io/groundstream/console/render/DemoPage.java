package io.groundstream.console.render;

import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageOptions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * Writes a page of pictures with their answers: boxes over the pictures, phrases marked in the
 * texts, failures with their codes.
 *
 * <p>The page is one file without anything from elsewhere, for light and dark screens, small and
 * large ones. All that comes from outside is escaped, and the page's own policy lets a browser run
 * nothing but the page's own script. It is written beside its place and moved there whole: a reader
 * never sees half of one, and one may write it again and again as answers come.
 *
 * <p>Safe for use by many threads, as long as each writes its own file.
 */
public final class DemoPage {
  private static final String STYLE = resource("page.css");
  private static final String SCRIPT = resource("page.js");

  private final ImageDecoder decoder;

  /** Takes how the pictures are decoded. */
  public DemoPage(ImageOptions images) {
    this.decoder = new ImageDecoder(images);
  }

  /**
   * Writes the page, replacing what was there.
   *
   * @param file the page's file, for example {@code index.html}; its folder is created
   */
  public void write(Path file, PageInfo info, List<PageImage> images) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException(file + ": is no file's path (expected: a file in a folder)");
    }
    Files.createDirectories(folder);
    Path draft = Files.createTempFile(folder, "." + target.getFileName(), ".tmp");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(draft, StandardCharsets.UTF_8)) {
        writeHead(out, info, images);
        CardWriter cards = new CardWriter(out, decoder);
        for (PageImage image : images) {
          cards.write(image);
        }
        writeFoot(out);
      }
      publish(draft, target);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Temporary files are for their owner's eyes; a page is for whoever may read its folder. */
  private static void publish(Path draft, Path target) throws IOException {
    if (!draft.toFile().setReadable(true, false)) {
      throw new IOException(draft + ": cannot be made readable (expected: a file of our own)");
    }
    try {
      Files.move(
          draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void writeHead(BufferedWriter out, PageInfo info, List<PageImage> images)
      throws IOException {
    Counts counts = Counts.of(images);
    out.write(
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
        style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'">
        <title>Groundstream: %s</title>
        <style>%s</style>
        </head>
        <body>
        <header>
        <h1>Groundstream</h1>
        <p>Pictures in, grounded text out: each marked phrase belongs to the boxes of its colour. \
        Point at one to see the other; point at an answer to see its boxes.</p>
        <ul class="numbers">
        """
            .formatted(
                hash(styleSheet()),
                hash(SCRIPT),
                Html.escape(quantity(counts.images(), "picture")),
                styleSheet()));
    writeNumber(out, "", counts.images(), "picture");
    writeNumber(out, "", counts.answers(), "answer");
    writeNumber(out, "", counts.phrases(), "phrase");
    writeNumber(out, "", counts.boxes(), "box");
    if (counts.failures() > 0) {
      writeNumber(out, "bad", counts.failures(), "failure");
    }
    out.write("</ul>\n<dl>\n");
    writeFact(out, "model", info.model());
    writeFact(out, "revision", info.revision());
    writeFact(out, "dtype", info.dtype());
    writeFact(out, "device", info.device());
    out.write("</dl>\n</header>\n<main class=\"grid\">\n");
  }

  private static void writeNumber(BufferedWriter out, String style, int count, String thing)
      throws IOException {
    out.write(
        "<li class=\"%s\"><b>%d</b><span>%s</span></li>\n"
            .formatted(style, count, plural(count, thing)));
  }

  private static void writeFact(BufferedWriter out, String name, String value) throws IOException {
    if (!value.isBlank()) {
      String escaped = Html.escape(Labels.bounded(value, 200));
      String shown = Html.escape(Labels.bounded(value, 48));
      out.write("<div><dt>%s</dt><dd title=\"%s\">%s</dd></div>\n".formatted(name, escaped, shown));
    }
  }

  private static void writeFoot(BufferedWriter out) throws IOException {
    out.write(
        """
        </main>
        <footer>Written by Groundstream. Dashed boxes were part of the question; the others are the \
        model's.</footer>
        <script>%s</script>
        </body>
        </html>
        """
            .formatted(SCRIPT));
  }

  /** What the page has, counted. */
  private record Counts(int images, int answers, int phrases, int boxes, int failures) {
    static Counts of(List<PageImage> images) {
      int answers = 0;
      int phrases = 0;
      int boxes = 0;
      int failures = 0;
      for (PageImage image : images) {
        failures += image.failure() == null ? 0 : 1;
        for (PageAnswer answer : image.answers()) {
          if (answer.failure() == null) {
            answers++;
          } else {
            failures++;
          }
          phrases += answer.phrases().size();
          for (PagePhrase phrase : answer.phrases()) {
            boxes += phrase.boxes().size();
          }
        }
      }
      return new Counts(images.size(), answers, phrases, boxes, failures);
    }
  }

  private static String quantity(int count, String thing) {
    return count + " " + plural(count, thing);
  }

  private static String plural(int count, String thing) {
    if (count == 1) {
      return thing;
    }
    return thing.endsWith("x") ? thing + "es" : thing + "s";
  }

  /** The sheet, with the palette as classes: the page's policy allows no styles elsewhere. */
  private static String styleSheet() {
    StringBuilder sheet = new StringBuilder(STYLE);
    for (int ordinal = 0; ordinal < Palette.SIZE; ordinal++) {
      String color = Palette.css(ordinal);
      sheet.append(
          """
          mark.c%1$d { border-color: %2$s; background: color-mix(in srgb, %2$s var(--mark), transparent) }
          mark.c%1$d.lit { background: color-mix(in srgb, %2$s 60%%, transparent) }
          i.c%1$d { background: %2$s }
          .c%1$d .box { stroke: %2$s; fill: %2$s; fill-opacity: 0 } .c%1$d .plate { fill: %2$s }
          """
              .formatted(ordinal, color));
    }
    return sheet.toString();
  }

  private static String hash(String content) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no SHA-256 (expected: in every Java)", e);
    }
  }

  private static String resource(String name) {
    try (InputStream resource = DemoPage.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException(name + ": missing beside " + DemoPage.class);
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
