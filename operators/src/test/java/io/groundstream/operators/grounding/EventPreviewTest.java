package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.EventDecoder;
import io.groundstream.operators.settings.SettingsReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventPreviewTest {
  private static EventPreview preview(EventDecoder decoder) throws Exception {
    EventRecord record = new EventRecord();
    record.setTopic("events");
    record.setPartition(3);
    record.setOffset(1042);
    record.setValue(new byte[] {1});
    return EventPreview.of(record, decoder, GroundingSettings.read(new SettingsReader(Map.of())));
  }

  @Test
  void aDefectOfAFormatIsAProblemOfItsRecord() throws Exception {
    EventPreview preview =
        preview(
            record -> {
              throw new IllegalStateException("a defect");
            });

    assertThat(preview.position()).isEqualTo("events:3:1042");
    assertThat(preview.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo("internal-error");
              assertThat(problem.message()).contains("a defect");
            });
  }
}
