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
 * The parent's handle of a process that decodes HEIF, one image after another. The process gets
 * almost no environment variables, and a working directory that is removed once it is ready. It
 * reads images from its standard input and ends when that is closed. For one thread at a time,
 * except {@link #isLate} and {@link #isAlive}.
 */
final class HeifProcess {
  private static final Duration START = Duration.ofSeconds(60);

  /** Variables by which the linker and libheif find libraries; they hold no secrets. */
  private static final List<String> PASSED_ON = List.of("LD_LIBRARY_PATH", "LIBHEIF_PLUGIN_PATH");

  private final Process process;
  private final DataInputStream in;
  private final DataOutputStream out;
  private String avifProblem = "";
  private String heicProblem = "";
  private int images;
  private volatile boolean late;

  private HeifProcess(Process process) {
    this.process = process;
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
  }

  /**
   * Starts a process and waits until it is ready.
   *
   * @throws IOException if it cannot be started; the message says why
   */
  static HeifProcess start(HeifCommand command) throws IOException {
    Path folder = Files.createTempDirectory("groundstream-heif");
    HeifProcess started = null;
    boolean ready = false;
    try {
      ProcessBuilder builder = new ProcessBuilder(command.write(folder));
      builder.directory(folder.toFile());
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      Map<String, String> environment = builder.environment();
      environment.keySet().retainAll(PASSED_ON);
      // Arenas take much address space, which is limited in the process.
      environment.put("MALLOC_ARENA_MAX", "1");
      started = new HeifProcess(builder.start());
      started.awaitReady();
      ready = true;
      return started;
    } finally {
      if (started != null && !ready) {
        started.kill();
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

  private void awaitReady() throws IOException {
    ScheduledFuture<?> end = killAfter(START);
    try {
      HeifAnswer.expect(in.readInt(), HeifProtocol.HELLO, "hello");
      avifProblem = HeifAnswer.text(in);
      heicProblem = HeifAnswer.text(in);
    } catch (IOException e) {
      throw new IOException("the decoder process " + ended() + " before it was ready", e);
    } finally {
      end.cancel(false);
    }
  }

  /**
   * Decodes one image.
   *
   * @param wall how long this may take by the clock before the process is killed
   * @throws ImageException if the image is rejected; the process is ready for the next one
   * @throws IOException if the process ended or must be killed
   */
  StoredImage decode(byte[] bytes, boolean avif, ImageOptions options, Duration wall)
      throws ImageException, IOException {
    images++;
    ScheduledFuture<?> end = killAfter(wall);
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

  private ScheduledFuture<?> killAfter(Duration time) {
    return HeifDecoder.later(
        time,
        () -> {
          late = true;
          // The thread that uses its streams closes them.
          process.destroyForcibly();
        });
  }

  /** Returns whether this process was killed because it took too long. */
  boolean isLate() {
    return late;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int images() {
    return images;
  }

  /** Returns why the process cannot decode AVIF; empty if it can or need not. */
  String avifProblem() {
    return avifProblem;
  }

  /** Returns why the process cannot decode HEIC; empty if it can or need not. */
  String heicProblem() {
    return heicProblem;
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
      // The other end is gone, as intended.
    }
  }

  /** Waits up to 5 seconds for the end and returns the exit status; null if it still runs. */
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
