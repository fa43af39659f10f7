package io.groundstream.images.benchmark;

import io.groundstream.images.DecodedImage;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import io.groundstream.images.ImageOptions;
import io.groundstream.images.ImagePreprocessor;
import io.groundstream.images.PreparedImage;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the steps from an image's bytes to the network's input, and all of them, on one thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ImageBenchmark {
  /** Format, width and height in pixels; jpeg is 4:2:0 at quality 90. */
  @Param({"jpeg-640x480", "png-640x480", "webp-640x480", "jpeg-4000x3000"})
  public String image = "jpeg-640x480";

  private final ImageDecoder decoder = new ImageDecoder(ImageOptions.defaults());
  private final ImagePreprocessor preprocessor = new ImagePreprocessor(224);
  private byte[] bytes = new byte[0];
  private DecodedImage decoded = new DecodedImage(1, 1, new byte[3]);

  /** Draws the image. */
  @Setup
  public void draw() throws IOException, ImageException {
    bytes = BenchmarkImages.encode(image);
    decoded = decoder.decode(bytes);
  }

  @Benchmark
  public DecodedImage decode() throws ImageException {
    return decoder.decode(bytes);
  }

  @Benchmark
  public DecodedImage resize() {
    return preprocessor.resize(decoded);
  }

  @Benchmark
  public PreparedImage bytesToInput() throws ImageException {
    return preprocessor.prepare(decoder.decode(bytes));
  }
}
