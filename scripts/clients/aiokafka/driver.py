"""Drives aiokafka: the shared duties are plain functions, so each call runs the event loop until it is done.

Its admin client answers with the raw protocol messages, asks for the replication factor in figures and alters
configs only in the older way that replaces all of a topic's configs. A record needs a key or a value.
"""

import asyncio
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "shared"))

import duties  # noqa: E402
import records  # noqa: E402
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition  # noqa: E402
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete  # noqa: E402
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType  # noqa: E402

BOOTSTRAP = os.environ["BOOTSTRAP"]


def record(message):
    return records.Record(message.partition, message.timestamp, message.key, message.value, list(message.headers))


def check(answer, field):
    """Raises on the first error code among an answer's rows."""
    for row in getattr(answer, field):
        duties.require(row[1] == 0, "error %s for %s: %s" % (row[1], row[0], row[2:]))


class Aiokafka(duties.Client):
    name = "aiokafka"

    def __init__(self):
        self.loop = asyncio.new_event_loop()

    def run(self, work):
        return self.loop.run_until_complete(work)

    def admin(self, work):
        """Runs one piece of work with an admin client that lives as long as it."""

        async def within():
            client = AIOKafkaAdminClient(bootstrap_servers=BOOTSTRAP)
            await client.start()
            try:
                return await work(client)
            finally:
                await client.close()

        return self.run(within())

    def produce(self, topic, rows, codec="none", idempotent=False, acks="all"):
        async def work():
            producer = AIOKafkaProducer(
                bootstrap_servers=BOOTSTRAP,
                compression_type=None if codec == "none" else codec,
                enable_idempotence=idempotent,
                acks=acks if acks == "all" else int(acks),
                linger_ms=5,
            )
            await producer.start()
            try:
                sent = [
                    await producer.send(topic, row.value, row.key, row.partition, row.timestamp, row.headers)
                    for row in rows
                ]
                await asyncio.wait_for(asyncio.gather(*sent), duties.DUTY_SECONDS)
            finally:
                await producer.stop()

        self.run(work())

    async def started_consumer(self, places):
        consumer = AIOKafkaConsumer(
            bootstrap_servers=BOOTSTRAP, group_id=None, enable_auto_commit=False, auto_offset_reset="none",
            fetch_max_wait_ms=100,
        )
        await consumer.start()
        consumer.assign(places)
        return consumer

    def read(self, topic, partitions, start=None):
        async def work():
            places = [TopicPartition(topic, partition) for partition in partitions]
            consumer = await self.started_consumer(places)
            try:
                if start is None:
                    await consumer.seek_to_beginning(*places)
                else:
                    for place, found in (await consumer.offsets_for_times({place: start for place in places})).items():
                        consumer.seek(place, found.offset)
                ends, got = await consumer.end_offsets(places), {}
                deadline = time.monotonic() + duties.DUTY_SECONDS
                while True:
                    left = [place for place in places if await consumer.position(place) < ends[place]]
                    if not left:
                        return got
                    duties.require(time.monotonic() < deadline, "partitions not read to their ends: %r" % ends)
                    for place, messages in (await consumer.getmany(timeout_ms=500)).items():
                        got.setdefault(place.partition, []).extend(map(record, messages))
            finally:
                await consumer.stop()

        return self.run(work())

    def tail(self, topic, produce_one):
        place, got = TopicPartition(topic, 0), []
        consumer = self.run(self.started_consumer([place]))
        try:
            self.run(consumer.seek_to_end(place))
            self.run(consumer.position(place))
            deadline = time.monotonic() + 30
            while len(got) < 5 and time.monotonic() < deadline:
                produce_one()
                for messages in self.run(consumer.getmany(timeout_ms=500)).values():
                    got.extend(message.value for message in messages)
            return got
        finally:
            self.run(consumer.stop())

    def create_topic(self, topic, partitions, configs):
        new = NewTopic(topic, partitions, 1, topic_configs=configs)
        check(self.admin(lambda client: client.create_topics([new])), "topic_errors")

    def topics(self):
        return self.admin(lambda client: client.list_topics())

    def describe(self, topic):
        found = self.admin(lambda client: client.describe_topics([topic]))[0]
        cluster = self.admin(lambda client: client.describe_cluster())
        partitions = found["partitions"]
        return len(cluster["brokers"]), len(partitions), [partition["leader"] for partition in partitions]

    def configs(self, topic):
        resource = ConfigResource(ConfigResourceType.TOPIC, topic)
        (answer,) = self.admin(lambda client: client.describe_configs([resource]))
        (error, message, _, _, entries) = answer.resources[0][:5]
        duties.require(error == 0, "describe_configs answers error %d: %s" % (error, message))
        return {entry[0]: entry[1] for entry in entries}

    def alter_config(self, topic, name, value):
        resource = ConfigResource(ConfigResourceType.TOPIC, topic, configs={name: value})
        (answer,) = self.admin(lambda client: client.alter_configs([resource]))
        error, message = answer.resources[0][:2]
        duties.require(error == 0, "alter_configs answers error %d: %s" % (error, message))

    def create_partitions(self, topic, count):
        check(self.admin(lambda client: client.create_partitions({topic: NewPartitions(count)})), "topic_errors")

    def delete_records(self, topic, offset):
        place = TopicPartition(topic, 0)
        change = {place: RecordsToDelete(before_offset=offset)}
        return self.admin(lambda client: client.delete_records(change))[place]

    def delete_topic(self, topic):
        answer = self.admin(lambda client: client.delete_topics([topic]))
        check(answer, "topic_error_codes")

    def crash(self, topic, rows, acknowledged):
        failures = []

        def settled(key, future):
            failures.append(future.exception()) if future.exception() else acknowledged(key)

        async def work():
            producer = AIOKafkaProducer(
                bootstrap_servers=BOOTSTRAP, enable_idempotence=True, acks="all", linger_ms=5, request_timeout_ms=60000
            )
            await producer.start()
            try:
                for row in rows:
                    future = await producer.send(topic, row.value, row.key, 0)
                    future.add_done_callback(lambda future, key=row.key: settled(key, future))
                    await asyncio.sleep(0)
                await asyncio.wait_for(producer.flush(), duties.DUTY_SECONDS)
            finally:
                await producer.stop()

        self.run(work())
        duties.require(not failures, "%d failed: %s" % (len(failures), failures[:1]))


duties.main(Aiokafka())
