#!/usr/bin/env bash
# The CloudEvents SDK for JavaScript does not read the headers that kafkajs delivers.
#
# Versions:  cloudevents 10.0.0, kafkajs 2.2.4 (npm)
# Behaviour: kafkajs delivers the values of headers as Buffers. Kafka.toEvent expects text, and throws a TypeError for an
#            event in binary mode with a content-type, and for one in structured mode. In binary mode without a
#            content-type, it returns an event whose id, source and type are Buffers, and so become lists of bytes in JSON.
#            If the application turns the headers into text, each event is read.
# Output:    binary: TypeError: contentType.startsWith is not a function
#            binary, headers as text: 1
#            without content-type: {"type":"Buffer","data":[49]}
#            without content-type, headers as text: 1
#            structured: TypeError: headers[__1.CONSTANTS.HEADER_CONTENT_TYPE]?.startsWith is not a function
#            structured, headers as text: 1
# Date:      2026-11-30
# Tools:     node, npm
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts cloudevents@10.0.0 kafkajs@2.2.4 >/dev/null
cat > headers.mjs <<'JS'
import { createRequire } from "node:module";
import { Kafka } from "cloudevents";
const require = createRequire(import.meta.url);
const Decoder = require("kafkajs/src/protocol/decoder");
const encode = require("kafkajs/src/protocol/recordBatch/record/v0");
const decode = require("kafkajs/src/protocol/recordBatch/record/v0/decoder");

// What a consumer of kafkajs gets for what a producer of kafkajs is given.
async function sent(headers, value) {
  const { buffer } = await encode({ offsetDelta: 0, timestampDelta: 0, key: null, value: Buffer.from(value), headers });
  const record = new Decoder(buffer);
  record.readVarInt(); // Its length.
  return decode(record, { firstOffset: "0", firstTimestamp: "0", magicByte: 2 });
}

const text = (headers) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.toString()]));

function id(message) {
  try {
    const { id } = Kafka.toEvent(message);
    return typeof id === "string" ? id : JSON.stringify(id);
  } catch (e) {
    return `${e.name}: ${e.message}`;
  }
}

const attributes = { ce_specversion: "1.0", ce_id: "1", ce_source: "/s", ce_type: "t" };
const structured = JSON.stringify({ specversion: "1.0", id: "1", source: "/s", type: "t", time: "2026-11-30T00:00:00Z" });
for (const [name, headers, value] of [
  ["binary", { ...attributes, "content-type": "image/jpeg" }, "data"],
  ["without content-type", attributes, "data"],
  ["structured", { "content-type": "application/cloudevents+json" }, structured],
]) {
  const message = await sent(headers, value);
  console.log(`${name}:`, id(message));
  console.log(`${name}, headers as text:`, id({ ...message, headers: text(message.headers) }));
}
JS
node headers.mjs | tee out
diff - out <<'EXPECTED' >/dev/null
binary: TypeError: contentType.startsWith is not a function
binary, headers as text: 1
without content-type: {"type":"Buffer","data":[49]}
without content-type, headers as text: 1
structured: TypeError: headers[__1.CONSTANTS.HEADER_CONTENT_TYPE]?.startsWith is not a function
structured, headers as text: 1
EXPECTED
