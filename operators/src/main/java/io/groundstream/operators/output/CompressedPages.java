package io.groundstream.operators.output;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** Compresses the pages of Parquet files without Hadoop, which Parquet's own factory requires. */
final class CompressedPages implements CompressionCodecFactory {
  private static final int ZSTANDARD_LEVEL = 3;

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return new Compressor(codec);
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("pages are only written, not read");
  }

  @Override
  public void release() {}

  private record Compressor(CompressionCodecName codec) implements BytesInputCompressor {
    @Override
    public BytesInput compress(BytesInput page) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.toIntExact(page.size()));
      page.writeAllTo(bytes);
      return BytesInput.from(compressed(bytes.toByteArray()));
    }

    private byte[] compressed(byte[] page) throws IOException {
      return switch (codec) {
        case UNCOMPRESSED -> page;
        case GZIP -> gzip(page);
        case SNAPPY -> Snappy.compress(page);
        case ZSTD -> Zstd.compress(page, ZSTANDARD_LEVEL);
        case LZO, BROTLI, LZ4, LZ4_RAW ->
            throw new UnsupportedOperationException(
                "codec: " + codec + " (expected: one of output.compression)");
      };
    }

    private static byte[] gzip(byte[] page) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(page.length / 2);
      try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
        gzip.write(page);
      }
      return bytes.toByteArray();
    }

    @Override
    public CompressionCodecName getCodecName() {
      return codec;
    }

    @Override
    public void release() {}
  }
}
