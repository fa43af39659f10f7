package io.groundstream.operators.archive.parquet;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.brotli.dec.BrotliInputStream;
import org.xerial.snappy.Snappy;

/**
 * Decompresses the pages of Parquet files without Hadoop, which Parquet's own factory requires.
 * Rejects pages whose headers state more bytes than the limit, and allocates no memory for bytes
 * that are not there. Thread-safe.
 */
final class PageDecompressors implements CompressionCodecFactory {
  /** The largest array that every JVM can allocate. */
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final int maxBytes;

  /**
   * @param maxBytes the maximum decompressed size of a page, in bytes
   */
  PageDecompressors(long maxBytes) {
    this.maxBytes = (int) Math.min(LARGEST_ARRAY, maxBytes);
  }

  /** Decompresses one page, up to a number of bytes. */
  private interface Codec {
    byte[] decompress(byte[] page, int size) throws IOException;
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return switch (codec) {
      case UNCOMPRESSED -> new Decompressor((page, size) -> page);
      case SNAPPY -> new Decompressor(PageDecompressors::unsnap);
      case GZIP ->
          new Decompressor(
              (page, size) -> read(new GZIPInputStream(new ByteArrayInputStream(page)), size));
      case ZSTD ->
          new Decompressor(
              (page, size) ->
                  read(new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(page)), size));
      case BROTLI ->
          new Decompressor(
              (page, size) -> read(new BrotliInputStream(new ByteArrayInputStream(page)), size));
      case LZ4_RAW -> new Decompressor(Lz4Pages::raw);
      case LZ4 -> new Decompressor(Lz4Pages::framed);
      case LZO ->
          throw new UnsupportedParquetException(
              "its pages are compressed with LZO (expected: Snappy, Gzip, Zstandard, LZ4, Brotli or"
                  + " none; rewrite the file with one of these)");
    };
  }

  private static byte[] unsnap(byte[] page, int size) throws IOException {
    int says = Snappy.uncompressedLength(page);
    if (says != size) {
      throw unexpected(says, size);
    }
    return Snappy.uncompress(page);
  }

  private static byte[] read(InputStream stream, int size) throws IOException {
    try (stream) {
      byte[] bytes = stream.readNBytes(size);
      if (stream.read() >= 0) {
        throw unexpected(size + 1L, size);
      }
      return bytes;
    }
  }

  private static IOException unexpected(long bytes, int expected) {
    return new IOException(
        "a page of " + bytes + " bytes (expected: " + expected + ", as its header says)");
  }

  private static byte[] array(BytesInput bytes) throws IOException {
    ByteArrayOutputStream array = new ByteArrayOutputStream(Math.toIntExact(bytes.size()));
    bytes.writeAllTo(array);
    return array.toByteArray();
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("pages are only read, not written");
  }

  @Override
  public void release() {}

  private final class Decompressor implements BytesInputDecompressor {
    private final Codec codec;

    Decompressor(Codec codec) {
      this.codec = codec;
    }

    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      if (size < 0 || size > maxBytes) {
        throw new IOException(
            "a page of "
                + size
                + " bytes (expected: at most "
                + maxBytes
                + ", archive.max-row-group-bytes)");
      }
      byte[] page = codec.decompress(array(bytes), size);
      if (page.length != size) {
        throw unexpected(page.length, size);
      }
      return BytesInput.from(page);
    }

    @Override
    public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int size)
        throws IOException {
      byte[] page = new byte[compressedSize];
      input.get(page);
      output.put(array(decompress(BytesInput.from(page), size)));
    }

    @Override
    public void release() {}
  }
}
