package io.groundstream.operators.archive.read;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Compresses the pages of Parquet files; with an unknown codec, it leaves them uncompressed under
 * that codec's name.
 */
final class PageCompressors implements CompressionCodecFactory {
  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return new BytesInputCompressor() {
      @Override
      public BytesInput compress(BytesInput page) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        page.writeAllTo(copy);
        byte[] bytes = copy.toByteArray();
        return BytesInput.from(
            switch (codec) {
              case SNAPPY -> Snappy.compress(bytes);
              case GZIP -> gzip(bytes);
              case ZSTD -> Zstd.compress(bytes);
              case UNCOMPRESSED, LZO, BROTLI, LZ4, LZ4_RAW -> bytes;
            });
      }

      @Override
      public CompressionCodecName getCodecName() {
        return codec;
      }

      @Override
      public void release() {}
    };
  }

  private static byte[] gzip(byte[] page) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(page);
    }
    return bytes.toByteArray();
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("pages are only written, not read");
  }

  @Override
  public void release() {}
}
