package io.groundstream.model.benchmark;

import io.groundstream.model.GroundingException;
import io.groundstream.model.checkpoint.ImageProcessing;
import io.groundstream.model.checkpoint.Resampling;
import io.groundstream.model.image.DecodedImage;
import io.groundstream.model.image.ImageDecoder;
import io.groundstream.model.image.ImageOptions;
import io.groundstream.model.image.ImagePreprocessor;
import io.groundstream.model.image.PreparedImage;
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

/** From a picture's bytes to the network's input, whole and by its parts; on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ImageBenchmark {
  /** Format, width and height in pixels; jpeg is 4:2:0 at quality 90. */
  @Param({"jpeg-640x480", "png-640x480", "webp-640x480", "jpeg-4000x3000"})
  public String picture = "jpeg-640x480";

  private final ImageDecoder decoder = new ImageDecoder(ImageOptions.defaults());
  private final ImagePreprocessor preprocessor =
      new ImagePreprocessor(
          new ImageProcessing(
              224,
              new double[] {0.48145466, 0.4578275, 0.40821073},
              new double[] {0.26862954, 0.26130258, 0.27577711},
              1 / 255.0,
              Resampling.BICUBIC));
  private byte[] bytes = new byte[0];
  private DecodedImage decoded = new DecodedImage(1, 1, new byte[3]);

  /** Draws the picture. */
  @Setup
  public void draw() throws IOException, GroundingException {
    bytes = Pictures.encode(picture);
    decoded = decoder.decode(bytes);
  }

  @Benchmark
  public DecodedImage decode() throws GroundingException {
    return decoder.decode(bytes);
  }

  @Benchmark
  public DecodedImage resize() {
    return preprocessor.resize(decoded);
  }

  @Benchmark
  public PreparedImage bytesToInput() throws GroundingException {
    return preprocessor.prepare(decoder.decode(bytes));
  }
}
