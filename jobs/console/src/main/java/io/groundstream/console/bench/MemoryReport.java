package io.groundstream.console.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.kosmos2.program.WeightMemory;
import java.util.Locale;

/**
 * The resident memory of this process by parts. The process, files and the JVM's parts are
 * measured; weights, cache and features are computed from their shapes.
 *
 * @param loading while the model was loaded
 * @param answering while requests were answered
 * @param weights the weights; 0 on a GPU, whose memory is not the process's
 * @param cacheBytes the key/value cache; 0 on a GPU
 * @param featureBytes the cached features of images; 0 on a GPU
 */
public record MemoryReport(
    MemoryWatch.Result loading,
    MemoryWatch.Result answering,
    WeightMemory weights,
    long cacheBytes,
    long featureBytes) {
  private static final double MEBIBYTE = 1 << 20;
  private static final double GIBIBYTE = 1 << 30;

  /**
   * Returns what the named parts leave: results of operations, the natives' own data, memory that
   * the C library keeps, threads' stacks and the JVM's own structures. It is less than that where a
   * part is not resident, such as pages of the heap or of the cache that were never used.
   */
  long rest() {
    MemoryWatch.Sample sample = answering.largest();
    return sample.process().anonymous()
        - weights.total()
        - cacheBytes
        - featureBytes
        - sample.heapCommitted()
        - sample.otherJvm()
        - sample.direct();
  }

  /** Adds the memory, in bytes. */
  public void addTo(ObjectNode json) {
    MemoryWatch.Sample sample = answering.largest();
    ObjectNode node = json.putObject("memory");
    node.put("resident_bytes", answering.peakBytes());
    node.put("loading_peak_bytes", loading.peakBytes());
    node.put("peaks", answering.exact() ? "kernel" : "samples");
    ObjectNode parts = node.putObject("parts_bytes");
    parts.put("weights", weights.checkpointBytes());
    parts.put("head_copy", weights.headCopyBytes());
    parts.put("positions", weights.positionBytes());
    parts.put("key_value_cache", cacheBytes);
    parts.put("image_features", featureBytes);
    parts.put("java_heap", sample.heapCommitted());
    parts.put("java_heap_used", sample.heapUsed());
    parts.put("java_classes_and_code", sample.otherJvm());
    parts.put("java_direct_buffers", sample.direct());
    parts.put("mapped_files", sample.process().files());
    parts.put("rest", rest());
  }

  /** Returns the memory as text of a few lines. */
  public String text() {
    MemoryWatch.Sample sample = answering.largest();
    return String.format(
        Locale.ROOT,
        "Memory   %.2f GiB resident at most while answering, %.2f GiB while loading%s, in MiB:%n"
            + "         computed: weights %.0f, the head's copy %.0f, key/value cache %.0f, image"
            + " features %.0f%n"
            + "         measured: Java heap %.0f (%.0f used), classes and code %.0f, direct buffers"
            + " %.0f, mapped files %.0f%n"
            + "         the rest: %.0f (results of operations, natives, the C library's reserve,"
            + " stacks)",
        answering.peakBytes() / GIBIBYTE,
        loading.peakBytes() / GIBIBYTE,
        answering.exact() ? "" : " (of samples)",
        (weights.checkpointBytes() + weights.positionBytes()) / MEBIBYTE,
        weights.headCopyBytes() / MEBIBYTE,
        cacheBytes / MEBIBYTE,
        featureBytes / MEBIBYTE,
        sample.heapCommitted() / MEBIBYTE,
        sample.heapUsed() / MEBIBYTE,
        sample.otherJvm() / MEBIBYTE,
        sample.direct() / MEBIBYTE,
        sample.process().files() / MEBIBYTE,
        rest() / MEBIBYTE);
  }
}
