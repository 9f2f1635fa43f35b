"""Drives kafka-python. It refuses headers whose value is null; everything else it does."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "shared"))

import duties  # noqa: E402
import records  # noqa: E402
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition  # noqa: E402
from kafka.admin import AlterConfigOp, ConfigResource, ConfigResourceType  # noqa: E402

BOOTSTRAP = os.environ["BOOTSTRAP"]


def record(message):
    return records.Record(message.partition, message.timestamp, message.key, message.value, list(message.headers))


class KafkaPython(duties.Client):
    name = "kafka-python"

    def __init__(self):
        self.admin = KafkaAdminClient(bootstrap_servers=BOOTSTRAP)

    @staticmethod
    def consumer():
        return KafkaConsumer(
            bootstrap_servers=BOOTSTRAP, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest",
            fetch_max_wait_ms=100,
        )

    def produce(self, topic, rows, codec="none", idempotent=False, acks="all"):
        if any(value is None for row in rows for _, value in row.headers):
            raise duties.Cannot("refuses a header whose value is null")
        producer = KafkaProducer(
            bootstrap_servers=BOOTSTRAP,
            compression_type=None if codec == "none" else codec,
            enable_idempotence=idempotent,
            acks=acks if acks == "all" else int(acks),
            linger_ms=5,
        )
        try:
            sent = [
                producer.send(topic, row.value, row.key, row.headers, row.partition, row.timestamp) for row in rows
            ]
            producer.flush(duties.DUTY_SECONDS)
            for future in sent:
                future.get(duties.DUTY_SECONDS)
        finally:
            producer.close(5)

    def read(self, topic, partitions, start=None):
        consumer, places = self.consumer(), [TopicPartition(topic, partition) for partition in partitions]
        try:
            consumer.assign(places)
            if start is None:
                consumer.seek_to_beginning(*places)
            else:
                for place, found in consumer.offsets_for_times({place: start for place in places}).items():
                    consumer.seek(place, found.offset)
            ends, got = consumer.end_offsets(places), {}
            deadline = time.monotonic() + duties.DUTY_SECONDS
            while any(consumer.position(place) < ends[place] for place in places):
                duties.require(time.monotonic() < deadline, "partitions not read to their ends: %r" % ends)
                for place, messages in consumer.poll(500).items():
                    got.setdefault(place.partition, []).extend(map(record, messages))
            return got
        finally:
            consumer.close()

    def tail(self, topic, produce_one):
        consumer, place = self.consumer(), TopicPartition(topic, 0)
        try:
            consumer.assign([place])
            consumer.seek_to_end(place)
            consumer.position(place)
            got, deadline = [], time.monotonic() + 30
            while len(got) < 5 and time.monotonic() < deadline:
                produce_one()
                for messages in consumer.poll(500).values():
                    got.extend(message.value for message in messages)
            return got
        finally:
            consumer.close()

    def create_topic(self, topic, partitions, configs):
        self.admin.create_topics({topic: {"num_partitions": partitions, "replication_factor": -1, "configs": configs}})

    def topics(self):
        return self.admin.list_topics()

    def describe(self, topic):
        partitions = self.admin.describe_topics([topic])[0]["partitions"]
        leaders = [partition["leader_id"] for partition in partitions]
        return len(self.admin.describe_cluster()["brokers"]), len(partitions), leaders

    def configs(self, topic):
        found = self.admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
        return {name: entry["value"] for name, entry in found["topic"][topic].items()}

    def alter_config(self, topic, name, value):
        change = ConfigResource(ConfigResourceType.TOPIC, topic, {name: (AlterConfigOp.SET, value)})
        self.admin.alter_configs([change])

    def create_partitions(self, topic, count):
        self.admin.create_partitions({topic: count})

    def delete_records(self, topic, offset):
        place = TopicPartition(topic, 0)
        return self.admin.delete_records({place: offset})[place]["low_watermark"]

    def delete_topic(self, topic):
        self.admin.delete_topics([topic])

    def crash(self, topic, rows, acknowledged):
        producer = KafkaProducer(bootstrap_servers=BOOTSTRAP, enable_idempotence=True, acks="all", linger_ms=5)
        failures, sent = [], 0
        try:
            for row in rows:
                future = producer.send(topic, row.value, row.key, partition=0)
                future.add_callback(lambda _, key=row.key: acknowledged(key))
                future.add_errback(failures.append)
                sent += 1
            producer.flush(duties.DUTY_SECONDS)
        finally:
            producer.close(5)
        duties.require(not failures, "%d of %d failed: %s" % (len(failures), sent, failures[:1]))


duties.main(KafkaPython())
