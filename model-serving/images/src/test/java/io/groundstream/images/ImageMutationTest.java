package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Verifies that damaged images of every format either decode or fail with a code. */
class ImageMutationTest {
  private static final List<String> IMAGES = Goldens.names("formats");

  private final ImageDecoder decoder =
      new ImageDecoder(
          ImageOptions.defaults().withLimits(ImageLimits.defaults().withMaxPixels(1_000_000)));

  /** A changed byte; small positions, where headers are, are chosen more often. */
  record Damage(int place, int value) {}

  @Provide
  Arbitrary<byte[]> damaged() {
    Arbitrary<Damage> damage =
        Combinators.combine(
                Arbitraries.oneOf(
                    Arbitraries.integers().between(0, 80), Arbitraries.integers().between(0, 6000)),
                Arbitraries.oneOf(
                    Arbitraries.of(0, 0x7f, 0x80, 0xff), Arbitraries.integers().between(0, 255)))
            .as(Damage::new);
    return Combinators.combine(
            Arbitraries.of(IMAGES),
            damage.list().ofMaxSize(6),
            Arbitraries.oneOf(
                Arbitraries.just(100),
                Arbitraries.just(100),
                Arbitraries.integers().between(0, 100)))
        .as(ImageMutationTest::damage);
  }

  private static byte[] damage(String name, List<Damage> damages, int percent) {
    byte[] whole = Goldens.read(name);
    byte[] bytes = Arrays.copyOf(whole, whole.length * percent / 100);
    for (Damage damage : damages) {
      if (bytes.length > 0) {
        bytes[damage.place() % bytes.length] = (byte) damage.value();
      }
    }
    return bytes;
  }

  @Property(tries = 4000, shrinking = ShrinkingMode.OFF)
  void decodesOrFailsWithACode(@ForAll("damaged") byte[] bytes) {
    try {
      DecodedImage decoded = decoder.decode(bytes);
      assertThat(decoded.rgb()).hasSize(3 * decoded.width() * decoded.height());
    } catch (ImageException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
