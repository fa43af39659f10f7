package io.groundstream.operators.archive.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.ImageRequest;
import io.groundstream.operators.archive.manifest.JsonRows;
import io.groundstream.operators.format.RequestsJson;
import io.groundstream.operators.format.RequestsJson.RequestsException;
import java.util.List;

/** Reads the requests about an image in a column or member: a list, or its JSON as text. */
final class RequestsField {
  private RequestsField() {}

  /** Returns the requests; an empty list if the field is empty. */
  static List<ImageRequest> parse(JsonNode field) throws RequestsException {
    JsonNode list = field;
    if (field.isTextual()) {
      if (field.textValue().isBlank()) {
        return List.of();
      }
      try {
        list = JsonRows.JSON.readTree(field.textValue());
      } catch (JsonProcessingException e) {
        throw new RequestsException("not JSON (expected: a JSON list): " + e.getOriginalMessage());
      }
    }
    return list.isNull() ? List.of() : RequestsJson.requests(list);
  }
}
