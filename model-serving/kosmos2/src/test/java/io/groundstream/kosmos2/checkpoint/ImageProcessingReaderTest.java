package io.groundstream.kosmos2.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageProcessingReaderTest {
  private static final ImageProcessing CLIP =
      new ImageProcessing(
          224,
          new double[] {0.48145466, 0.4578275, 0.40821073},
          new double[] {0.26862954, 0.26130258, 0.27577711},
          1.0 / 255,
          Resampling.BICUBIC);

  private static final String OLD = "preprocessor_config.json";
  private static final String NEW = "processor_config.json";

  @TempDir Path directory;

  @Test
  void readsTheHubsOldForm() throws Exception {
    write(
        OLD,
        """
        {'crop_size': {'height': 224, 'width': 224}, 'do_center_crop': true,
         'do_convert_rgb': true, 'do_normalize': true, 'do_rescale': true, 'do_resize': true,
         'image_mean': [0.48145466, 0.4578275, 0.40821073],
         'image_processor_type': 'CLIPImageProcessor',
         'image_std': [0.26862954, 0.26130258, 0.27577711],
         'processor_class': 'Kosmos2Processor', 'resample': 3,
         'rescale_factor': 0.00392156862745098, 'size': {'shortest_edge': 224},
         'use_square_size': true}
        """);
    assertThat(read(224)).isEqualTo(CLIP);
  }

  @Test
  void readsTheNewForm() throws Exception {
    write(
        NEW,
        """
        {'image_processor': {'do_center_crop': false, 'image_mean': [0.5, 0.25, 0],
           'image_std': [1, 2, 3], 'rescale_factor': 0.5, 'size': {'height': 96, 'width': 96}},
         'num_patch_index_tokens': 1024, 'processor_class': 'Kosmos2Processor'}
        """);
    assertThat(read(96))
        .isEqualTo(
            new ImageProcessing(
                96, new double[] {0.5, 0.25, 0}, new double[] {1, 2, 3}, 0.5, Resampling.BICUBIC));
  }

  @Test
  void takesTheNewFormWhereBothAreThere() throws Exception {
    write(OLD, "{'use_square_size': true, 'rescale_factor': 0.25}");
    write(NEW, "{'image_processor': {'use_square_size': true, 'rescale_factor': 0.5}}");
    assertThat(read(224).rescaleFactor()).isEqualTo(0.5);
  }

  @Test
  void takesTheOldFormWhereTheNewFileSaysNothingOfImages() throws Exception {
    write(OLD, "{'use_square_size': true, 'rescale_factor': 0.25}");
    write(NEW, "{'processor_class': 'Kosmos2Processor'}");
    assertThat(read(224).rescaleFactor()).isEqualTo(0.25);
  }

  @Test
  void whatIsLeftOutIsAsInTransformers() throws Exception {
    write(OLD, "{'use_square_size': true}");
    assertThat(read(224)).isEqualTo(CLIP);
  }

  @Test
  void stepsThatAreSwitchedOffChangeNothing() throws Exception {
    write(OLD, "{'use_square_size': true, 'do_normalize': false, 'do_rescale': false}");
    assertThat(read(224))
        .isEqualTo(
            new ImageProcessing(
                224, new double[] {0, 0, 0}, new double[] {1, 1, 1}, 1, Resampling.BICUBIC));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                            | size: missing (expected: height and width, or use_square_size
          {'size': {'shortest_edge': 224}}              | size: {"shortest_edge":224} (expected: height and width, or use_square_size
          {'size': {'height': 224, 'width': 200}}       | size: {"height":224,"width":200} (expected: equal height and width)
          {'size': {'height': 224}}                     | size: {"height":224} (expected: equal height and width)
          {'size': {'height': 0, 'width': 0}}           | size.height: 0 (expected: a whole number from 1 to 4096)
          {'size': {'height': 96, 'width': 96}}         | size: {"height":96,"width":96} (expected: a square of 224 pixels, the image_size of config.json)
          {'use_square_size': true, 'resample': 2}      | resample: 2 (expected: 3, which is bicubic)
          {'use_square_size': true, 'do_resize': false} | do_resize: false (expected: true: the network
          {'use_square_size': true, 'crop_size': 200}   | crop_size: 200 (expected: 224, the size, or do_center_crop: false)
          {'use_square_size': true, 'image_std': [1, 0, 1]} | image_std: [1,0,1] (expected: a number greater than 0.0
          {'use_square_size': true, 'image_mean': [1]}  | image_mean: [1] (expected: 3 numbers)
          {'use_square_size': true, 'rescale_factor': -1} | rescale_factor: -1 (expected: a number greater than 0.0
          {'use_square_size': true, 'image_processor_type': 'ViTImageProcessor'} | image_processor_type: "ViTImageProcessor" (expected: CLIPImageProcessor)
          """)
  void refuses(String config, String message) throws Exception {
    write(OLD, config);
    assertThatThrownBy(() -> read(224))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(directory.resolve(OLD) + ": " + message);
  }

  @Test
  void refusesAnotherGridOfLocations() throws Exception {
    write(NEW, "{'num_patch_index_tokens': 256, 'image_processor': {}}");
    assertThatThrownBy(() -> read(224))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("num_patch_index_tokens: 256 (expected: a whole number from 1024");
  }

  @Test
  void refusesADirectoryWithNeither() {
    assertThatThrownBy(() -> read(224))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "%s: missing, and so is the key image_processor of processor_config.json"
                + " (expected: one of them)",
            directory.resolve(OLD));
  }

  private ImageProcessing read(int imageSize) throws CheckpointException {
    return ImageProcessingReader.read(directory, imageSize);
  }

  private void write(String file, String json) throws IOException {
    Files.writeString(directory.resolve(file), json.replace('\'', '"'));
  }
}
