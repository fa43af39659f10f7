package io.groundstream.console.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedOutputStream;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestBox;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.format.RequestsJson;
import io.groundstream.operators.grounding.RequestOptions;
import io.groundstream.schemas.AvroWireEncoder;
import io.groundstream.schemas.MessageIndexes;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistrationException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SchemaText;
import io.groundstream.schemas.SchemaType;
import io.groundstream.schemas.SubjectNames;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** The formats in which {@code produce} writes events, each as {@code enrich} reads it. */
enum ProducedFormat {
  AVRO("avro", true) {
    @Override
    Writing open(String topic, SchemaRegistry registry, boolean register)
        throws SchemaRegistrationException, RegistryUnavailableException {
      AvroWireEncoder<ImageEvent> encoder =
          AvroWireEncoder.open(registry, SubjectNames.ofValues(topic), ImageEvent.class, register);
      return event -> record(topic, event, encoder.encode(event));
    }
  },
  IMAGE("image", false) {
    @Override
    Writing open(String topic, SchemaRegistry registry, boolean register) {
      return event -> {
        ProducerRecord<byte[], byte[]> record = record(topic, event, image(event));
        record.headers().add("event-id", utf8(event.getEventId()));
        addRequests(record.headers(), event);
        return record;
      };
    }
  },
  JSON("json", false) {
    @Override
    Writing open(String topic, SchemaRegistry registry, boolean register) {
      return event -> record(topic, event, json(event));
    }
  },
  CLOUDEVENTS("cloudevents", false) {
    @Override
    Writing open(String topic, SchemaRegistry registry, boolean register) {
      return event -> {
        byte[] image = image(event);
        ProducerRecord<byte[], byte[]> record = record(topic, event, image);
        Headers headers = record.headers();
        headers.add("ce_specversion", utf8("1.0"));
        headers.add("ce_id", utf8(event.getEventId()));
        headers.add("ce_source", utf8("groundstream/produce"));
        headers.add("ce_type", utf8("io.groundstream.image"));
        headers.add("ce_subject", utf8(EventFacts.imageId(event)));
        headers.add("content-type", utf8(mediaType(image)));
        addRequests(headers, event);
        return record;
      };
    }
  },
  JSON_SCHEMA("json-schema", true) {
    @Override
    Writing open(String topic, SchemaRegistry registry, boolean register)
        throws SchemaRegistrationException, RegistryUnavailableException {
      byte[] prefix = prefix(topic, registry, register, SchemaType.JSON, "ImageEvent.schema.json");
      return event -> record(topic, event, concat(prefix, json(event)));
    }
  },
  PROTOBUF("protobuf", true) {
    @Override
    Writing open(String topic, SchemaRegistry registry, boolean register)
        throws SchemaRegistrationException, RegistryUnavailableException {
      byte[] prefix =
          concat(
              prefix(topic, registry, register, SchemaType.PROTOBUF, "ImageEvent.proto"),
              MessageIndexes.write(List.of(0)));
      return event -> record(topic, event, concat(prefix, protobuf(event)));
    }
  };

  /** Makes the record of an event. */
  @FunctionalInterface
  interface Writing {
    ProducerRecord<byte[], byte[]> record(ImageEvent event);
  }

  private final String id;
  private final boolean needsRegistry;

  ProducedFormat(String id, boolean needsRegistry) {
    this.id = id;
    this.needsRegistry = needsRegistry;
  }

  /** Opens the format for a topic, and registers its schema if it has one and is told to. */
  abstract Writing open(String topic, SchemaRegistry registry, boolean register)
      throws SchemaRegistrationException, RegistryUnavailableException;

  /** Returns whether records name a schema of the registry. */
  boolean needsRegistry() {
    return needsRegistry;
  }

  /** Returns whether requests are in headers, which have no boxes. */
  boolean hasRequestsInHeaders() {
    return this == IMAGE || this == CLOUDEVENTS;
  }

  @Override
  public String toString() {
    return id;
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, ImageEvent event, byte[] value) {
    return new ProducerRecord<>(topic, utf8(EventFacts.imageId(event)), value);
  }

  private static void addRequests(Headers headers, ImageEvent event) {
    for (ImageRequest request : event.getRequests()) {
      headers.add(
          RequestOptions.HEADER.defaultValue(),
          utf8(
              request.getText() == null
                  ? request.getTask()
                  : request.getTask() + ": " + request.getText()));
    }
  }

  /** Returns the media type of common images; readers recognise others by their first bytes. */
  private static String mediaType(byte[] image) {
    try {
      String type = URLConnection.guessContentTypeFromStream(new ByteArrayInputStream(image));
      return type == null || !type.startsWith("image/") ? "application/octet-stream" : type;
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be read", e);
    }
  }

  private static byte[] json(ImageEvent event) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("event_id", event.getEventId());
    object.put("image_bytes", Base64.getEncoder().encodeToString(image(event)));
    if (!event.getRequests().isEmpty()) {
      object.set("requests", RequestsJson.list(event.getRequests()));
    }
    return utf8(object.toString());
  }

  private static byte[] protobuf(ImageEvent event) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeString(1, event.getEventId());
      out.writeByteArray(2, image(event));
      for (ImageRequest request : event.getRequests()) {
        out.writeByteArray(3, protobuf(request));
      }
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
  }

  private static byte[] protobuf(ImageRequest request) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeString(1, request.getTask());
    if (request.getText() != null) {
      out.writeString(2, request.getText());
    }
    for (RequestBox box : request.getBoxes()) {
      ByteArrayOutputStream edges = new ByteArrayOutputStream();
      CodedOutputStream edge = CodedOutputStream.newInstance(edges);
      edge.writeDouble(1, box.getXMin());
      edge.writeDouble(2, box.getYMin());
      edge.writeDouble(3, box.getXMax());
      edge.writeDouble(4, box.getYMax());
      if (box.getPhrase() != null) {
        edge.writeString(5, box.getPhrase());
      }
      edge.flush();
      out.writeByteArray(3, edges.toByteArray());
    }
    out.flush();
    return bytes.toByteArray();
  }

  private static byte[] prefix(
      String topic, SchemaRegistry registry, boolean register, SchemaType type, String resource)
      throws SchemaRegistrationException, RegistryUnavailableException {
    SchemaText schema = new SchemaText(type, text(resource));
    String subject = SubjectNames.ofValues(topic);
    int schemaId =
        register
            ? registry.register(subject, schema, resource)
            : registry.lookUp(subject, schema, resource);
    return ByteBuffer.allocate(1 + Integer.BYTES).put((byte) 0).putInt(schemaId).array();
  }

  private static String text(String resource) {
    try (InputStream in = ProducedFormat.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing beside its class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  private static byte[] image(ImageEvent event) {
    ByteBuffer buffer = event.getImageBytes();
    byte[] bytes = new byte[buffer == null ? 0 : buffer.remaining()];
    if (buffer != null) {
      buffer.duplicate().get(bytes);
    }
    return bytes;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
