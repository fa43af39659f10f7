package io.groundstream.console.render;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.IOException;
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
 * Writes a page of cards as one file that needs no server and loads nothing from elsewhere.
 *
 * <p>The texts and images are data in the page, which cannot end its element, and the page's script
 * shows them as text alone; the page's policy lets a browser run nothing but that script. The file
 * is written beside its place and moved there whole, so a reader never sees half of one, and it can
 * be written again and again as answers arrive.
 *
 * <p>Safe for use by many threads, as long as each writes its own file.
 */
public final class DemoPage {
  /** All ASCII: a file cannot hold half a surrogate pair, a text of a stranger can. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private static final String STYLE =
      PageResource.text(DemoPage.class, "card.css")
          + Palette.styleSheet()
          + PageResource.text(DemoPage.class, "demo.css");
  private static final String SCRIPT =
      PageResource.text(DemoPage.class, "card.js") + PageResource.text(DemoPage.class, "demo.js");
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
      style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'; \
      require-trusted-types-for 'script'; trusted-types 'none'">
      <title>Groundstream</title>
      <style>%s</style>
      </head>
      <body>
      <header>
      <h1>Groundstream</h1>
      <p>Images in, grounded text out: each marked phrase belongs to the boxes of its colour. Point \
      at one to see the other; point at an answer to see its boxes.</p>
      <ul id="numbers" class="numbers"></ul>
      <dl id="info" class="info"></dl>
      </header>
      <main id="images" class="grid"></main>
      <noscript><p class="empty">This page needs JavaScript, its own alone.</p></noscript>
      <footer>Written by Groundstream. Dashed boxes were part of the question; the others are the \
      model's.</footer>
      <script type="application/json" id="data">
      """
          .formatted(hash(STYLE), hash(SCRIPT), STYLE);
  private static final String FOOT =
      "</script>\n<script type=\"module\">" + SCRIPT + "</script>\n</body>\n</html>\n";

  /**
   * Writes the page, replacing what was there.
   *
   * @param file the page's file, for example {@code index.html}; its folder is created
   */
  public void write(Path file, PageInfo info, List<Card> cards) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null) {
      throw new IOException(file + ": not the path of a file (expected: a file in a folder)");
    }
    Files.createDirectories(folder);
    Path draft = Files.createTempFile(folder, "." + target.getFileName(), ".tmp");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(draft, StandardCharsets.UTF_8)) {
        out.write(HEAD);
        out.write("{\"info\":" + json(info) + ",\"cards\":[");
        String separator = "\n";
        for (Card card : cards) {
          out.write(separator + json(card));
          separator = ",\n";
        }
        out.write("]}");
        out.write(FOOT);
      }
      publish(draft, target);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** Without "<", which JSON has only within texts, nothing in the data ends its element. */
  private static String json(Object value) throws JsonProcessingException {
    return JSON.writeValueAsString(value).replace("<", "\\u003c");
  }

  /** Only its owner can read a temporary file; the page is for all readers of its folder. */
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

  private static String hash(String content) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no SHA-256 (expected: in every Java)", e);
    }
  }
}
