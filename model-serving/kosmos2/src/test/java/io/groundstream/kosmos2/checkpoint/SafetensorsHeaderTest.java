package io.groundstream.kosmos2.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsHeaderTest {
  @TempDir Path directory;

  @Test
  void readsTensorsWithMetadataPaddingAndUnknownKeys() throws Exception {
    Map<String, SafetensorsHeader.Entry> tensors =
        read(
            """
            {'__metadata__': {'format': 'pt'},
             'b': {'dtype': 'F16', 'shape': [2, 1], 'data_offsets': [4, 8]},
             'a': {'dtype': 'F32', 'shape': [], 'data_offsets': [0, 4], 'later': {'x': [1]}},
             'empty': {'dtype': 'F32', 'shape': [0, 7], 'data_offsets': [4, 4]}}
            """
                + " ".repeat(20),
            8);

    assertThat(tensors).containsOnlyKeys("a", "b", "empty");
    SafetensorsHeader.Entry b = tensors.get("b");
    assertThat(b).isNotNull();
    assertThat(b.type()).isEqualTo("F16");
    assertThat(b.shape()).containsExactly(2, 1);
    assertThat(b.byteCount()).isEqualTo(4);
    assertThat(b.offset()).isEqualTo(Files.size(b.file()) - 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'a': {'dtype': 'F32', 'shape': [1], 'data_offsets': [0, 4]}, 'b': {'dtype': 'F32', 'shape': [1], 'data_offsets': [2, 6]}} | begins at byte
          {'a': {'dtype': 'F32', 'shape': [1], 'data_offsets': [4, 8]}} | tensor a: begins at byte
          {'a': {'dtype': 'F32', 'shape': [1], 'data_offsets': [0, 4]}} | the tensors: end at byte
          {}                                                            | the tensors: end at byte
          {'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [8, 0]}} | tensor a: data_offsets [8, 0] (expected: within the file's 8 bytes
          {'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [-8, 0]}}| tensor a: data_offsets: -8 (expected: at most 2 numbers, none negative)
          {'a': {'dtype': 'F32', 'shape': [4], 'data_offsets': [0, 16]}}| tensor a: data_offsets [0, 16] (expected: within the file's 8 bytes
          {'a': {'dtype': 'F32', 'shape': [3], 'data_offsets': [0, 8]}} | tensor a: 8 bytes (expected: 12 bytes for F32 [3])
          {'a': {'dtype': 'I64', 'shape': [2], 'data_offsets': [0, 8]}} | tensor a: 8 bytes (expected: 16 bytes for I64 [2])
          {'a': {'dtype': 'F32', 'shape': [4611686018427387904, 4], 'data_offsets': [0, 8]}} | tensor a: shape [4611686018427387904, 4] (expected: a size that fits 64 bits)
          {'a': {'dtype': 'F32', 'shape': [1e3], 'data_offsets': [0, 8]}}| tensor a: shape: VALUE_NUMBER_FLOAT (expected: whole numbers)
          {'a': {'dtype': 'F32', 'shape': [[1]], 'data_offsets': [0, 8]}}| tensor a: shape: START_ARRAY (expected: whole numbers)
          {'a': {'dtype': 'F32', 'shape': 2, 'data_offsets': [0, 8]}}   | tensor a: shape: VALUE_NUMBER_INT (expected: an array)
          {'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0]}}    | tensor a: incomplete (expected: dtype, shape and two data_offsets)
          {'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8, 9]}} | tensor a: data_offsets: 9 (expected: at most 2 numbers
          {'a': {'dtype': 'F32', 'shape': [2]}}                         | tensor a: incomplete (expected: dtype, shape and two data_offsets)
          {'a': {'dtype': 32, 'shape': [2], 'data_offsets': [0, 8]}}    | tensor a: dtype: VALUE_NUMBER_INT (expected: a string)
          {'a': 7}                                                      | tensor a: VALUE_NUMBER_INT (expected: an object)
          {'a': {'dtype': 'F32', 'shape': [99999999999999999999], 'data_offsets': [0, 8]}} | the header is not valid JSON: Numeric value (99999999999999999999) out of range
          {'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]}, 'a': {}} | the header is not valid JSON: Duplicate field
          {'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]}} {} | the header: more after its end (expected: one JSON object)
          {'a': {'dtype': 'F32', 'shape': [2]                           | the header is not valid JSON: Unexpected end-of-input
          []                                                            | the header: START_ARRAY (expected: an object)
          """)
  void refuses(String header, String message) {
    assertThatThrownBy(() -> read(header, 8))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(directory.resolve("x.safetensors") + ": ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 0, 1, 100_000_001, Long.MAX_VALUE})
  void refusesImpossibleHeaderLengths(long length) throws Exception {
    Path file = writeWithLength(length);
    assertThatThrownBy(() -> SafetensorsHeader.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "%s: header of %s bytes (expected: 2 to 100000000; is it a safetensors file?)",
            file, Long.toUnsignedString(length));
  }

  @Test
  void refusesAHeaderLongerThanTheFile() throws Exception {
    Path file = writeWithLength(99_000_000);
    assertThatThrownBy(() -> SafetensorsHeader.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "%s: header of 99000000 bytes in a file of 10"
                + " (expected: a larger file; was it cut off?)",
            file);
  }

  private Path writeWithLength(long length) throws IOException {
    byte[] bytes =
        ByteBuffer.allocate(10)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(length)
            .put("{}".getBytes(StandardCharsets.UTF_8))
            .array();
    return Files.write(directory.resolve("x.safetensors"), bytes);
  }

  private Map<String, SafetensorsHeader.Entry> read(String header, int dataBytes)
      throws IOException {
    Path file = directory.resolve("x.safetensors");
    Files.write(
        file, MiniatureCheckpoint.safetensors(header.replace('\'', '"'), new byte[dataBytes]));
    return SafetensorsHeader.read(file);
  }
}
