package io.groundstream.images;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The main class of a process that decodes all files of some folders repeatedly and prints each
 * result. {@link HostileSetTest} starts it with a small heap.
 */
public final class HostileSet {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private HostileSet() {}

  /**
   * Decodes the files.
   *
   * @param args the number of rounds, and the folders
   */
  public static void main(String[] args) throws IOException {
    int rounds = Integer.parseInt(args[0]);
    ImageDecoder plain = new ImageDecoder(ImageOptions.defaults());
    ImageDecoder everything =
        new ImageDecoder(
            ImageOptions.defaults()
                .withBackground(new Background(0, 0, 0))
                .withColorProfiles(true)
                .withTruncated(true));
    for (int round = 1; round <= rounds; round++) {
      for (int folder = 1; folder < args.length; folder++) {
        for (Path file : files(Path.of(args[folder]))) {
          byte[] bytes = Files.readAllBytes(file);
          String line = decode(plain, bytes);
          decode(everything, bytes);
          if (round == rounds) {
            System.out.println(file.getFileName() + "\t" + line);
          }
        }
      }
    }
    System.out.println("survived " + rounds + " rounds, peak heap " + peakHeap() / 1024 + " KiB");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** Returns the size or the error code, the time, and the memory allocated in total. */
  private static String decode(ImageDecoder decoder, byte[] bytes) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    String result;
    try {
      DecodedImage decoded = decoder.decode(bytes);
      result = decoded.width() + " x " + decoded.height();
    } catch (ImageException e) {
      result = e.errorCode().code();
    }
    double milliseconds = (System.nanoTime() - start) / 1e6;
    long kilobytes = (THREADS.getCurrentThreadAllocatedBytes() - allocated) / 1024;
    return String.format(
        Locale.ROOT, "%s\t%.3f ms\t%d KiB allocated", result, milliseconds, kilobytes);
  }

  /** Returns the peak of the heap since the start, including garbage, in bytes. */
  private static long peakHeap() {
    long peak = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == java.lang.management.MemoryType.HEAP) {
        peak += pool.getPeakUsage().getUsed();
      }
    }
    return peak;
  }
}
