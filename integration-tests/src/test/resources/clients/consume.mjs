// Reads results as users do: kafkajs as the client, and CloudEvents' SDK.
// Arguments: the brokers, the number of records, and the topics. Prints a JSON object a record.
import { Kafka, logLevel } from "kafkajs";
import { Kafka as KafkaBinding } from "cloudevents";

const [brokers, count, ...topics] = process.argv.slice(2);
const consumer = new Kafka({ brokers: brokers.split(","), logLevel: logLevel.ERROR }).consumer({
  groupId: `results-${process.pid}`,
});
await consumer.connect();
await consumer.subscribe({ topics, fromBeginning: true });
let left = Number(count);

// The SDK takes headers and keys as text, and kafkajs gives bytes.
const text = (bytes) => bytes?.toString("utf8");
const read = ({ topic, message }) => {
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, text(value)]),
  );
  const received = { key: text(message.key), headers, value: message.value };
  const event = KafkaBinding.isEvent(received) ? KafkaBinding.toEvent(received) : null;
  event?.validate();
  console.log(
    JSON.stringify({ topic, key: received.key, value: JSON.parse(text(message.value)), event }),
  );
};

await new Promise((resolve, reject) => {
  consumer.run({
    eachMessage: async (record) => {
      try {
        if (left > 0) {
          read(record);
        }
        if (--left === 0) {
          resolve();
        }
      } catch (error) {
        reject(error);
      }
    },
  });
});
await consumer.disconnect();
