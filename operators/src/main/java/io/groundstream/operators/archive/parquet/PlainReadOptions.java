package io.groundstream.operators.archive.parquet;

import java.lang.reflect.Constructor;
import java.util.Map;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetMetricsCallback;

/**
 * Creates Parquet's read options without Hadoop. Their builder takes its defaults from a class that
 * extends one of Hadoop's MapReduce; the constructor that it calls does not need Hadoop.
 */
final class PlainReadOptions {
  private static final int MAX_ALLOCATION_BYTES = 8 << 20;

  private PlainReadOptions() {}

  /** Returns options that read all row groups, filter nothing, and verify checksums of pages. */
  static ParquetReadOptions of(CompressionCodecFactory codecs) {
    try {
      Constructor<ParquetReadOptions> constructor =
          ParquetReadOptions.class.getDeclaredConstructor(
              boolean.class,
              boolean.class,
              boolean.class,
              boolean.class,
              boolean.class,
              boolean.class,
              boolean.class,
              boolean.class,
              boolean.class,
              FilterCompat.Filter.class,
              ParquetMetadataConverter.MetadataFilter.class,
              CompressionCodecFactory.class,
              ByteBufferAllocator.class,
              int.class,
              Map.class,
              FileDecryptionProperties.class,
              ParquetMetricsCallback.class,
              ParquetConfiguration.class);
      constructor.setAccessible(true);
      return constructor.newInstance(
          false, // useSignedStringMinMax
          false, // useStatsFilter
          false, // useDictionaryFilter
          false, // useRecordFilter
          false, // useColumnIndexFilter
          true, // usePageChecksumVerification
          false, // useBloomFilter
          false, // useOffHeapDecryptBuffer
          false, // useHadoopVectoredIo
          FilterCompat.NOOP,
          ParquetMetadataConverter.NO_FILTER,
          codecs,
          new HeapByteBufferAllocator(),
          MAX_ALLOCATION_BYTES,
          Map.of(),
          null, // fileDecryptionProperties
          null, // metricsCallback
          new PlainParquetConfiguration());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("Parquet: the read options of another version (expected: 1.17)", e);
    }
  }
}
