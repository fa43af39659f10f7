package io.groundstream.operators.archive.compress;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/**
 * Decompresses within limits, and distinguishes faults in the content from failures of the file
 * system. Reads the compression's header at the first read. For one thread.
 */
final class DecompressedStream extends InputStream {
  private static final int KIBI = 1024;

  private final Source source;
  private final Compression compression;
  private final DecompressionLimits limits;
  private @Nullable InputStream decoder;
  private long produced;

  DecompressedStream(InputStream in, Compression compression, DecompressionLimits limits) {
    this.source = new Source(in);
    this.compression = compression;
    this.limits = limits;
  }

  /** Counts the compressed bytes, and remembers whether reading them failed. */
  private static final class Source extends FilterInputStream {
    private long consumed;
    private @Nullable IOException failure;

    Source(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        int got = in.read(target, offset, length);
        consumed += Math.max(0, got);
        return got;
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public long skip(long count) throws IOException {
      byte[] skipped = new byte[(int) Math.min(count, 8 * KIBI)];
      return Math.max(0, read(skipped, 0, skipped.length));
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int got;
    try {
      InputStream open = decoder;
      if (open == null) {
        open = decoder();
        decoder = open;
      }
      got = open.read(target, offset, length);
    } catch (IOException | RuntimeException e) {
      throw told(e);
    }
    if (got > 0) {
      produced += got;
      checkLimits();
    }
    return got;
  }

  private InputStream decoder() throws IOException {
    return switch (compression) {
      case GZIP -> new GzipMembers(source);
      case ZSTANDARD -> zstandard();
      case XZ -> new XZInputStream(source, (int) (limits.maxMemoryBytes() / KIBI));
      case BZIP2 -> new BZip2CompressorInputStream(source, /* decompressConcatenated= */ true);
      case NONE, LZ4, COMPRESS, LZIP, LZOP, SNAPPY, LZMA, SEVEN_ZIP, RAR ->
          throw new CompressionException(false, compression.refusal());
    };
  }

  private InputStream zstandard() throws IOException {
    int windowLog = 63 - Long.numberOfLeadingZeros(limits.maxMemoryBytes());
    return new ZstdInputStreamNoFinalizer(source).setLongMax(windowLog);
  }

  private void checkLimits() throws CompressionException {
    if (produced > limits.maxBytes()) {
      throw new CompressionException(
          false,
          "more than "
              + limits.maxBytes()
              + " bytes when decompressed (expected: at most that,"
              + " archive.max-decompressed-bytes)");
    }
    if (produced > DecompressionLimits.FREE_BYTES
        && produced / limits.maxRatio() > source.consumed) {
      throw new CompressionException(
          false,
          produced
              + " bytes out of "
              + source.consumed
              + " (expected: at most "
              + limits.maxRatio()
              + " times as many, archive.max-decompression-ratio)");
    }
  }

  /** Returns the exception to throw: a file system failure as it is, anything else as damage. */
  private IOException told(Exception e) {
    IOException failure = source.failure;
    if (failure != null) {
      return failure;
    }
    if (e instanceof CompressionException told) {
      return told;
    }
    if (e instanceof MemoryLimitException || needsMemory(e)) {
      return new CompressionException(
          false,
          "its window or dictionary is too large (expected: at most "
              + limits.maxMemoryBytes()
              + " bytes, archive.max-decompression-memory): "
              + e.getMessage());
    }
    boolean truncated = e instanceof EOFException || isTruncation(e);
    return new CompressionException(
        truncated,
        "the compression "
            + (truncated ? "ends early" : "is damaged")
            + " (expected: "
            + compression.description()
            + "): "
            + e.getMessage());
  }

  private static boolean needsMemory(Exception e) {
    return String.valueOf(e.getMessage()).contains("requires too much memory");
  }

  /** Recognises truncation, also by the messages of libraries that throw no EOFException. */
  private static boolean isTruncation(Exception e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("truncated") || message.contains("unexpected end of stream");
  }

  @Override
  public void close() throws IOException {
    InputStream open = decoder;
    if (open != null) {
      open.close();
    }
    source.close();
  }
}
