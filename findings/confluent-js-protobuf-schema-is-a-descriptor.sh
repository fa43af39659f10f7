#!/usr/bin/env bash
# Confluent's serialiser for JavaScript registers a Protobuf schema as a descriptor in base64, not as the text of a file.
#
# Versions:  @confluentinc/schemaregistry 1.10.1, @bufbuild/protobuf 2.17.0 (npm)
# Behaviour: The schema that ProtobufSerializer registers with autoRegisterSchemas is a FileDescriptorProto in base64,
#            under the type PROTOBUF, whose schemas are the text of a .proto file where people register them. Readers that
#            get it back as it is have a text that no parser of .proto files takes.
# Output:    PROTOBUF is text: false
#            base64 of: a.proto A
# Date:      2026-11-30
# Tools:     node, npm
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  @confluentinc/schemaregistry@1.10.1 @bufbuild/protobuf@2.17.0 >/dev/null
cat > schema.mjs <<'JS'
import { create, createMutableRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { fileDesc } from "@bufbuild/protobuf/codegenv2";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { ProtobufSerializer, SchemaRegistryClient, SerdeType } from "@confluentinc/schemaregistry";
const proto = create(FileDescriptorProtoSchema, {
  name: "a.proto",
  syntax: "proto3",
  messageType: [{ name: "A", field: [{ name: "id", number: 1, label: 1, type: 9, jsonName: "id" }] }],
});
const file = fileDesc(Buffer.from(toBinary(FileDescriptorProtoSchema, proto)).toString("base64"));
const client = SchemaRegistryClient.newClient({ baseURLs: ["mock://"] });
const serializer = new ProtobufSerializer(client, SerdeType.VALUE, {
  registry: createMutableRegistry(...file.messages),
  autoRegisterSchemas: true,
});
await serializer.serialize("topic", create(file.messages[0], { id: "1" }));
const { schema, schemaType } = await client.getLatestSchemaMetadata("topic-value");
const text = schema.includes("message A");
console.log(schemaType, "is text:", text);
const known = fromBinary(FileDescriptorProtoSchema, Buffer.from(schema, "base64"));
console.log("base64 of:", known.name, known.messageType[0].name);
process.exit(!text && known.messageType[0].name === "A" ? 0 : 1);
JS
node schema.mjs
