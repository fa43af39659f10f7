// Writes events as users do: kafkajs as the client, CloudEvents' SDK, and Confluent's serialisers.
// Arguments: the brokers, the registry's URL, and a file with a JPEG.
import { readFileSync } from "node:fs";
import { Kafka, logLevel } from "kafkajs";
import { CloudEvent, Kafka as KafkaBinding } from "cloudevents";
import {
  AvroSerializer,
  JsonSerializer,
  ProtobufSerializer,
  SchemaRegistryClient,
  SerdeType,
} from "@confluentinc/schemaregistry";
import { create, createMutableRegistry } from "@bufbuild/protobuf";
import { fileDesc } from "@bufbuild/protobuf/codegenv2";

const [brokers, registryUrl, picture, protobufFile] = process.argv.slice(2);
const image = readFileSync(picture);
const base64 = image.toString("base64");
const producer = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.ERROR }).producer();
await producer.connect();
const send = (topic, ...messages) => producer.send({ topic, messages });
// The SDK sets headers of absent attributes to undefined, and leaves JSON an object; kafkajs rejects
// both.
const present = (message) => ({
  key: message.key,
  value:
    typeof message.value === "string" || Buffer.isBuffer(message.value)
      ? message.value
      : JSON.stringify(message.value),
  headers: Object.fromEntries(
    Object.entries(message.headers).filter(([, value]) => value !== undefined),
  ),
});

await send("clients.image", {
  key: "image.jpg",
  value: image,
  headers: { camera: "gate", "groundstream-task": "question: Who is there?" },
});

await send("clients.json", {
  key: "chair",
  value: JSON.stringify({
    id: 7,
    image: { data: base64 },
    createdAt: new Date().toISOString(),
    product: { name: "Stuhl für Ärzte", tags: ["a", "b"] },
  }),
});

const attributes = { source: "/js", type: "picture", time: "2026-01-31T12:00:00Z" };
const events = [
  new CloudEvent({
    ...attributes,
    id: "js-binary",
    subject: "js-binary.jpg",
    datacontenttype: "image/jpeg",
    data: image,
  }),
  new CloudEvent({
    ...attributes,
    id: "js-json",
    datacontenttype: "application/json",
    data: { image_base64: base64, task: "caption" },
  }),
];
await send("clients.cloudevents", ...events.map((event) => present(KafkaBinding.binary(event))));
await send(
  "clients.cloudevents",
  ...events.map((event) => present(KafkaBinding.structured(event.cloneWith({ id: event.id + "-structured" })))),
);

const registry = new SchemaRegistryClient({ baseURLs: [registryUrl] });
const register = (topic, schemaType, schema) =>
  registry.register(`${topic}-value`, { schemaType, schema: JSON.stringify(schema) });

await register("clients.json-schema", "JSON", {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Picture",
  type: "object",
  properties: { id: { type: "string" }, url: { type: "string" } },
});
const json = new JsonSerializer(registry, SerdeType.VALUE, { useLatestVersion: true });
const dataUri = `data:image/jpeg;base64,${base64}`;
await send("clients.json-schema", {
  value: await json.serialize("clients.json-schema", { id: "js-json-schema", url: dataUri }),
});

await register("clients.avro", "AVRO", {
  type: "record",
  name: "Picture",
  fields: [
    { name: "event_id", type: "string" },
    { name: "image_bytes", type: ["null", "bytes"], default: null },
  ],
});
const avro = new AvroSerializer(registry, SerdeType.VALUE, { useLatestVersion: true });
await send("clients.avro", {
  value: await avro.serialize("clients.avro", { event_id: "js-avro", image_bytes: image }),
});

const file = fileDesc(readFileSync(protobufFile, "utf8"));
const known = createMutableRegistry(...file.messages.flatMap((m) => [m, ...m.nestedMessages]));
const protobuf = new ProtobufSerializer(registry, SerdeType.VALUE, {
  registry: known,
  autoRegisterSchemas: true,
});
const picturesType = known.getMessage("clients.Pictures.Picture");
await send("clients.protobuf", {
  value: await protobuf.serialize(
    "clients.protobuf",
    create(picturesType, { eventId: "js-protobuf", imageBytes: image }),
  ),
});
await producer.disconnect();
