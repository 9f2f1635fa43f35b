"""Drives confluent-kafka, that is librdkafka.

Its consumer insists on a group id even when partitions are assigned by hand; no group is joined and nothing is
committed, but librdkafka asks for the group's coordinator in the background, and must be content with an error.
"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "shared"))

import duties  # noqa: E402
import records  # noqa: E402
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition, OFFSET_BEGINNING, OFFSET_END  # noqa: E402
from confluent_kafka.admin import (  # noqa: E402
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
)

BOOTSTRAP = os.environ["BOOTSTRAP"]


def record(message):
    return records.Record(
        message.partition(), message.timestamp()[1], message.key(), message.value(), message.headers() or []
    )


class Librdkafka(duties.Client):
    name = "confluent-kafka"

    def __init__(self):
        self.admin = AdminClient({"bootstrap.servers": BOOTSTRAP})

    @staticmethod
    def producer(**options):
        return Producer({"bootstrap.servers": BOOTSTRAP, "linger.ms": 5, "log_level": 3, **options})

    @staticmethod
    def consumer():
        return Consumer(
            {"bootstrap.servers": BOOTSTRAP, "group.id": "assigned-by-hand", "enable.auto.commit": False,
             "auto.offset.reset": "error", "fetch.wait.max.ms": 100, "log_level": 3}
        )

    def produce(self, topic, rows, codec="none", idempotent=False, acks="all"):
        producer = self.producer(**{"compression.type": codec, "enable.idempotence": idempotent, "acks": acks})
        failures = []

        def delivered(error, _message):
            if error:
                failures.append(error)

        for row in rows:
            producer.produce(
                topic,
                row.value,
                row.key,
                partition=row.partition,
                timestamp=row.timestamp,
                headers=row.headers,
                on_delivery=delivered,
            )
            producer.poll(0)
        left = producer.flush(duties.DUTY_SECONDS)
        duties.require(not failures and not left, "%d not delivered: %s" % (len(failures) + left, failures[:1]))

    def read(self, topic, partitions, start=None):
        consumer = self.consumer()
        try:
            ends, got = {}, {}
            assigned = [TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in partitions]
            if start is not None:
                assigned = consumer.offsets_for_times([TopicPartition(topic, p, start) for p in partitions], timeout=15)
            for partition in partitions:
                low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=15)
                if high > low:
                    ends[partition] = high
            consumer.assign(assigned)
            deadline = time.monotonic() + duties.DUTY_SECONDS
            while ends:
                duties.require(time.monotonic() < deadline, "partitions not read to their ends: %r" % ends)
                for message in consumer.consume(500, 0.05):
                    if message.error():
                        raise KafkaException(message.error())
                    got.setdefault(message.partition(), []).append(record(message))
                    if message.offset() + 1 >= ends.get(message.partition(), sys.maxsize):
                        del ends[message.partition()]
            return got
        finally:
            consumer.close()

    def tail(self, topic, produce_one):
        consumer = self.consumer()
        try:
            consumer.assign([TopicPartition(topic, 0, OFFSET_END)])
            got, deadline = [], time.monotonic() + 30
            while len(got) < 5 and time.monotonic() < deadline:
                message = consumer.poll(0.2)
                produce_one()
                if message is not None and not message.error():
                    got.append(message.value())
            return got
        finally:
            consumer.close()

    def create_topic(self, topic, partitions, configs):
        self.admin.create_topics([NewTopic(topic, partitions, config=configs)])[topic].result(15)

    def topics(self):
        return self.admin.list_topics(timeout=15).topics

    def describe(self, topic):
        metadata = self.admin.list_topics(topic, timeout=15)
        partitions = metadata.topics[topic].partitions
        return len(metadata.brokers), len(partitions), [p.leader for p in partitions.values()]

    def configs(self, topic):
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
        entries = self.admin.describe_configs([resource])[resource].result(15)
        return {name: entry.value for name, entry in entries.items()}

    def alter_config(self, topic, name, value):
        entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
        self.admin.incremental_alter_configs([resource])[resource].result(15)

    def create_partitions(self, topic, count):
        self.admin.create_partitions([NewPartitions(topic, count)])[topic].result(15)

    def delete_records(self, topic, offset):
        place = TopicPartition(topic, 0, offset)
        return self.admin.delete_records([place])[place].result(15).low_watermark

    def delete_topic(self, topic):
        self.admin.delete_topics([topic])[topic].result(15)

    def crash(self, topic, rows, acknowledged):
        producer = self.producer(**{"enable.idempotence": True, "acks": "all", "message.timeout.ms": 120000})
        failures = []

        def delivered(error, message):
            failures.append(error) if error else acknowledged(message.key())

        for row in rows:
            producer.produce(topic, row.value, row.key, partition=0, on_delivery=delivered)
            producer.poll(0)
        left = producer.flush(duties.DUTY_SECONDS)
        duties.require(not failures and not left, "%d not delivered: %s" % (len(failures) + left, failures[:1]))


duties.main(Librdkafka())
