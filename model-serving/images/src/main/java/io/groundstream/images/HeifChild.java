package io.groundstream.images;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that decodes HEIF, one picture after another, as this process sees it. It gets no
 * variables of the environment, an empty working directory that is removed under its feet, and the
 * pictures by its standard input; when that ends, so does it.
 */
final class HeifChild {
  private static final Duration START = Duration.ofSeconds(60);

  /** What a linker or the library needs to find things; none of them is a secret. */
  private static final List<String> PASSED_ON = List.of("LD_LIBRARY_PATH", "LIBHEIF_PLUGIN_PATH");

  private final Process process;
  private final DataInputStream in;
  private final DataOutputStream out;
  private String avifTrouble = "";
  private String heicTrouble = "";
  private int pictures;
  private volatile boolean late;

  private HeifChild(Process process) {
    this.process = process;
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
  }

  /**
   * Starts a process and waits until it is ready.
   *
   * @throws IOException if it cannot be started; the message says why
   */
  static HeifChild start(HeifCommand command) throws IOException {
    Path folder = Files.createTempDirectory("groundstream-heif");
    HeifChild child = null;
    boolean ready = false;
    try {
      ProcessBuilder builder = new ProcessBuilder(command.write(folder));
      builder.directory(folder.toFile());
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      Map<String, String> environment = builder.environment();
      environment.keySet().retainAll(PASSED_ON);
      // Arenas take much address space, which is limited.
      environment.put("MALLOC_ARENA_MAX", "1");
      child = new HeifChild(builder.start());
      child.greet();
      ready = true;
      return child;
    } finally {
      if (child != null && !ready) {
        child.kill();
      }
      remove(folder);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      for (Path file : entries.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private void greet() throws IOException {
    ScheduledFuture<?> end = endAfter(START);
    try {
      HeifAnswer.expect(in.readInt(), HeifProtocol.HELLO, "hello");
      avifTrouble = HeifAnswer.text(in);
      heicTrouble = HeifAnswer.text(in);
    } catch (IOException e) {
      throw new IOException("the decoder's process " + ended() + " before it was ready", e);
    } finally {
      end.cancel(false);
    }
  }

  /**
   * Decodes one picture.
   *
   * @throws ImageException if the picture is refused; the process is ready for the next one
   * @throws IOException if the process ended or must end
   */
  StoredImage decode(byte[] bytes, boolean avif, ImageOptions options, Duration wall)
      throws ImageException, IOException {
    pictures++;
    ScheduledFuture<?> end = endAfter(wall);
    try {
      out.writeInt(HeifProtocol.REQUEST);
      out.writeBoolean(avif);
      out.writeBoolean(options.keepsAlpha());
      out.writeBoolean(options.appliesColorProfiles());
      out.writeLong(options.limits().maxPixels());
      out.writeLong(options.limits().maxTime().toMillis());
      out.writeInt(bytes.length);
      out.write(bytes);
      out.flush();
      return HeifAnswer.read(in, options);
    } finally {
      end.cancel(false);
    }
  }

  private ScheduledFuture<?> endAfter(Duration time) {
    return HeifDecoder.later(
        time,
        () -> {
          late = true;
          // Its streams are closed by the thread that reads and writes them.
          process.destroyForcibly();
        });
  }

  /** Whether this process was ended because it took too long. */
  boolean isLate() {
    return late;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int pictures() {
    return pictures;
  }

  /** Returns why it cannot decode AVIF; empty if it can, or need not. */
  String avifTrouble() {
    return avifTrouble;
  }

  /** Returns why it cannot decode HEIC; empty if it can, or need not. */
  String heicTrouble() {
    return heicTrouble;
  }

  void kill() {
    process.destroyForcibly();
    close(in);
    close(out);
  }

  private static void close(AutoCloseable stream) {
    try {
      stream.close();
    } catch (Exception e) {
      // Its other end is gone, which was the purpose.
    }
  }

  /** Waits a moment for the end and returns its status, or null if the process goes on. */
  @Nullable Integer exitStatus() {
    try {
      return process.waitFor(5, TimeUnit.SECONDS) ? process.exitValue() : null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private String ended() {
    Integer status = exitStatus();
    return status == null ? "did not answer" : "ended with status " + status;
  }
}
