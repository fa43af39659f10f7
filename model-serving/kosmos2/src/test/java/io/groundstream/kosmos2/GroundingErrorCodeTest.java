package io.groundstream.kosmos2;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.images.ImageErrorCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GroundingErrorCodeTest {
  @ParameterizedTest
  @EnumSource
  void everyCodeOfImagesHasOneHere(ImageErrorCode image) {
    GroundingErrorCode code = GroundingErrorCode.of(image);

    assertThat(code.name()).isEqualTo(image.name());
    assertThat(code.stage()).isEqualTo(Stage.DECODE_IMAGE);
    assertThat(code.code()).isEqualTo(image.code());
    assertThat(code.retryable()).isEqualTo(image.retryable());
  }
}
