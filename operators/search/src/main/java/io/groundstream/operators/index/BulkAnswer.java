package io.groundstream.operators.index;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads OpenSearch's answer about each document of a bulk request, without building a tree. */
final class BulkAnswer {
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * The result for one document.
   *
   * @param status the HTTP status
   * @param type the type of the error, or empty
   * @param reason the reason of the error, or empty
   */
  record Item(int status, String type, String reason) {
    String explanation() {
      return (status + " " + type + ": " + reason).strip();
    }
  }

  private BulkAnswer() {}

  /**
   * Returns one item for each document, in their order.
   *
   * @throws IOException if this is not an answer to a bulk request of that many documents
   */
  static List<Item> parse(byte[] body, int documents) throws IOException {
    List<Item> items = new ArrayList<>(documents);
    try (JsonParser json = JSON.createParser(body)) {
      require(json.nextToken() == JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("items") && value == JsonToken.START_ARRAY) {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            items.add(item(json));
          }
        } else {
          json.skipChildren();
        }
      }
    }
    require(items.size() == documents);
    return items;
  }

  /** Reads {@code {"index":{"status":…,"error":{…}}}} after its first brace. */
  private static Item item(JsonParser json) throws IOException {
    int status = 0;
    String type = "";
    String reason = "";
    require(json.nextToken() == JsonToken.FIELD_NAME);
    require(json.nextToken() == JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("status")) {
        status = json.getIntValue();
      } else if (name.equals("error") && value == JsonToken.START_OBJECT) {
        StringBuilder reasons = new StringBuilder();
        type = error(json, reasons);
        reason = reasons.toString();
      } else {
        json.skipChildren();
      }
    }
    require(json.nextToken() == JsonToken.END_OBJECT);
    require(status != 0);
    return new Item(status, type, reason);
  }

  /** Reads an error and its causes; returns the type of the outer one. */
  private static String error(JsonParser json, StringBuilder reasons) throws IOException {
    String type = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("type")) {
        type = json.getValueAsString("");
      } else if (name.equals("reason")) {
        reasons.append(reasons.isEmpty() ? "" : ": ").append(json.getValueAsString(""));
      } else if (name.equals("caused_by") && value == JsonToken.START_OBJECT) {
        String ignored = error(json, reasons);
      } else {
        json.skipChildren();
      }
    }
    return type;
  }

  private static void require(boolean fine) throws IOException {
    if (!fine) {
      throw new IOException("this is not an answer to the bulk request");
    }
  }
}
