package io.groundstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessageIndexesTest {
  // The bytes are those of Confluent's documentation of the wire format and of its serialisers.
  @ParameterizedTest
  @CsvSource({"0, 00", "1, 0202", "'1,0', 040200", "'0,0', 040000", "'2,1,64', 0604028001"})
  void writesAndReadsConfluentsBytes(String indexes, String hex) throws Exception {
    List<Integer> path = List.of(indexes.split(",")).stream().map(Integer::valueOf).toList();

    assertThat(HexFormat.of().formatHex(MessageIndexes.write(path))).isEqualTo(hex);
    byte[] value = HexFormat.of().parseHex("0000000007" + hex + "0a0161");
    MessageIndexes read = MessageIndexes.read(value, 5);
    assertThat(read.path()).isEqualTo(path);
    assertThat(read.start()).isEqualTo(value.length - 3);
  }

  @Test
  void readsTheLongFormOfTheFirstMessage() throws Exception {
    MessageIndexes read = MessageIndexes.read(new byte[] {2, 0, 9}, 0);

    assertThat(read).isEqualTo(new MessageIndexes(List.of(0), 2));
  }

  @Property
  void readsWhatItWrites(@ForAll @Size(min = 1, max = 100) List<@IntRange(min = 0) Integer> path)
      throws Exception {
    byte[] bytes = MessageIndexes.write(path);

    assertThat(MessageIndexes.read(bytes, 0)).isEqualTo(new MessageIndexes(path, bytes.length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "02", "80", "8080808080", "01", "0201", "ffffffff0f", "cc01"})
  void rejectsBytesThatAreNoPath(String hex) {
    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> MessageIndexes.read(HexFormat.of().parseHex(hex), 0))
        .satisfies(e -> assertThat(e.errorCode()).isEqualTo(RecordErrorCode.RECORD_CORRUPT))
        .withMessageContaining("Protobuf record in the Confluent wire format");
  }
}
