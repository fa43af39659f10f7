#!/usr/bin/env bash
# The CloudEvents SDKs of JavaScript and of Java write different headers for the same event in Kafka's binary mode.
#
# Versions:  cloudevents 10.0.0 and kafkajs 2.2.4 (npm); io.cloudevents:cloudevents-kafka 4.0.1 (Maven Central)
# Behaviour: The Kafka binding maps the attribute datacontenttype to the header content-type. Java's SDK does so. That of
#            JavaScript also writes a header ce_datacontenttype, and sets the headers of all attributes that the event
#            lacks to undefined, so that kafkajs cannot encode the message as it is. JSON data stays an object, which
#            kafkajs refuses, too.
# Output:    Java: ce_id ce_source ce_specversion ce_type content-type
#            JavaScript: ce_datacontenttype ce_id ce_source ce_specversion ce_time ce_type content-type
#            undefined: ce_datacontentencoding ce_dataschema ce_schemaurl ce_subject
#            JSON data: object
#            kafkajs: ERR_INVALID_ARG_TYPE
# Date:      2026-11-30
# Tools:     node, npm, mvn, java (17 or newer)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > pom.xml <<'POM'
<project><modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
<dependencies><dependency><groupId>io.cloudevents</groupId><artifactId>cloudevents-kafka</artifactId>
<version>4.0.1</version></dependency></dependencies></project>
POM
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >/dev/null
cat > Headers.java <<'JAVA'
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.net.URI;
import java.util.TreeSet;

public class Headers {
  public static void main(String[] arguments) {
    var event =
        CloudEventBuilder.v1()
            .withId("1")
            .withSource(URI.create("/s"))
            .withType("t")
            .withData("image/jpeg", new byte[] {1})
            .build();
    var names = new TreeSet<String>();
    KafkaMessageFactory.createWriter("topic")
        .writeBinary(event)
        .headers()
        .forEach(header -> names.add(header.key()));
    System.out.println("Java: " + String.join(" ", names));
  }
}
JAVA
java -cp 'lib/*' Headers.java 2>/dev/null | tee java.out
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts cloudevents@10.0.0 kafkajs@2.2.4 >/dev/null
cat > headers.mjs <<'JS'
import { createRequire } from "node:module";
import { CloudEvent, Kafka } from "cloudevents";
const { headers } = Kafka.binary(
  new CloudEvent({ id: "1", source: "/s", type: "t", datacontenttype: "image/jpeg", data: Buffer.from([1]) }),
);
const names = (wanted) =>
  Object.keys(headers).filter((name) => (headers[name] !== undefined) === wanted).sort().join(" ");
console.log("JavaScript:", names(true));
console.log("undefined:", names(false));
const json = Kafka.binary(
  new CloudEvent({ id: "1", source: "/s", type: "t", datacontenttype: "application/json", data: { a: 1 } }),
);
console.log("JSON data:", typeof json.value);
const encode = createRequire(import.meta.url)("kafkajs/src/protocol/recordBatch/record/v0");
try {
  await encode({ offsetDelta: 0, timestampDelta: 0, key: null, value: Buffer.from([1]), headers });
  console.log("kafkajs: encoded");
} catch (e) {
  console.log("kafkajs:", e.code);
}
JS
node headers.mjs | tee js.out
diff - <(cat java.out js.out) <<'EXPECTED' >/dev/null
Java: ce_id ce_source ce_specversion ce_type content-type
JavaScript: ce_datacontenttype ce_id ce_source ce_specversion ce_time ce_type content-type
undefined: ce_datacontentencoding ce_dataschema ce_schemaurl ce_subject
JSON data: object
kafkajs: ERR_INVALID_ARG_TYPE
EXPECTED
