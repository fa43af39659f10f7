package io.groundstream.console.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class MemoryWatchTest {
  private static final int SIZE = 64 << 20;

  @Test
  void memoryThatIsTouchedIsResident() {
    MemoryWatch watch = MemoryWatch.start();
    long before = ProcessMemory.now().resident();
    ByteBuffer touched = ByteBuffer.allocateDirect(SIZE);
    for (int i = 0; i < SIZE; i += 1024) {
      touched.put(i, (byte) 1);
    }
    MemoryWatch.Result result = watch.stop();
    // Some pages of the JVM may leave at the same time.
    assertThat(result.peakBytes()).isGreaterThan(before + SIZE / 2);
    assertThat(result.exact()).isTrue();
    MemoryWatch.Sample largest = result.largest();
    assertThat(largest.direct()).isGreaterThanOrEqualTo(SIZE);
    assertThat(largest.process().resident())
        .isEqualTo(largest.process().anonymous() + largest.process().files());
    assertThat(touched.get(0)).isEqualTo((byte) 1);
  }
}
