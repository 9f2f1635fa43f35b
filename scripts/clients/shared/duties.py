"""The duties of a client, for the drivers that are written in Python; the others follow the same list.

A driver is started with a phase as its argument and finds in its environment:

    BOOTSTRAP  host:port of the server       PREFIX  what this run's topics start with
    RECORDS    folder of the record files    WORK    folder shared by the drivers of this run
    BASE_MS    wall time that the records' timestamps count from
    CAREFUL    `yes` if a new partition's first record shall be acknowledged before others follow

CAREFUL is for servers that are not ours: Apache Kafka 4.3.1 answers the first batches to a partition that it is just
making with an error and accepts the next ones in flight, after which an idempotent producer never gets its first
batch in (KAFKA-15591). The server of this project has to take them all at once.

Phases: `own` (every duty that needs nobody else), `read` (every topic that any client wrote), `crash` (produce
until WORK/stop exists while the server is killed and comes back). Each duty prints one line,
`duty: ok|fail|cannot DETAIL`; what a driver does not print counts as failed. A topic that others shall read is
named in WORK/CLIENT.topics as `topic file count timestamps`, where count is how many of the file's records were
written and timestamps says whether the client could set them.

A driver gives a Client. It assigns partitions by hand always: the server may have no groups.
"""

import os
import sys
import time

import records

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
DUTY_SECONDS = 60


class Cannot(Exception):
    """The client has no way to do this."""


class Failure(Exception):
    """The client did it, and the result is not what it should be."""


class Client:
    """What a driver implements; a method left out is what the client cannot do.

    `produce` returns when all is acknowledged, raises if something is not. `read` returns, for each partition,
    the records from `start` to the end: None for the beginning, else milliseconds; the fetches' order is kept.
    """

    name = ""
    file = "records"  # the record file that it can write
    timestamps = True
    partitions = records.PARTITIONS

    def produce(self, topic, rows, codec="none", idempotent=False, acks="all"):
        raise Cannot("no producer")

    def read(self, topic, partitions, start=None):
        raise Cannot("no consumer without a group")

    def tail(self, topic, produce_one):
        """Reads partition 0 from its end, calling `produce_one` until something arrives; returns the values read."""
        raise Cannot("no consumer without a group")

    def create_topic(self, topic, partitions, configs):
        raise Cannot("no admin client")

    def describe(self, topic):
        """(count of brokers, count of the topic's partitions, their leaders' node ids)"""
        raise Cannot("no admin client")

    def topics(self):
        raise Cannot("no admin client")

    def configs(self, topic):
        raise Cannot("no admin client")

    def alter_config(self, topic, name, value):
        raise Cannot("no admin client")

    def create_partitions(self, topic, count):
        raise Cannot("no admin client")

    def delete_records(self, topic, offset):
        """Deletes partition 0's records below the offset; returns the log's new start."""
        raise Cannot("no admin client")

    def delete_topic(self, topic):
        raise Cannot("no admin client")

    def render(self, headers):
        """Written headers as this client's consumer shows them."""
        return headers

    def crash(self, topic, rows, acknowledged):
        """Sends `rows` (an endless generator that paces itself) with idempotence and acks=all, calls
        `acknowledged(row)` for each, raises if one fails; returns when all are acknowledged."""
        raise Cannot("no idempotent producer")


def say(duty, outcome, detail):
    print("%s: %s %s" % (duty, outcome, " ".join(str(detail).split())), flush=True)


def attempt(duty, work):
    """Runs one duty and prints its line; returns whether it was ok."""
    started = time.monotonic()
    try:
        detail = work() or ""
    except Cannot as reason:
        say(duty, "cannot", reason)
        return False
    except Exception as error:  # a client's exceptions have no common base
        say(duty, "fail", "%s: %s" % (type(error).__name__, error))
        return False
    say(duty, "ok", "%s (%.1f s)" % (detail, time.monotonic() - started))
    return True


def until(seconds, condition, what):
    """Waits for a condition: the duties that look at a change ask again until it is there."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failure("%s: not within %d s" % (what, seconds))
        time.sleep(0.05)


def require(condition, what):
    if not condition:
        raise Failure(what)


def difference(written, read):
    """Where two byte strings part, of which either may be null."""
    if written is None or read is None:
        return "is %s, written was %s" % tuple("null" if one is None else "%d bytes" % len(one) for one in (read, written))
    at = next((at for at, (one, other) in enumerate(zip(written, read)) if one != other), min(len(written), len(read)))
    return "differs from byte %d on, %d bytes read, %d written" % (at, len(read), len(written))


def compare(expected, got, timestamps, base, render=list):
    """Byte for byte, in order, partition by partition; says where the first difference is."""
    for partition in sorted(set(expected) | set(got)):
        wanted, found = expected.get(partition, []), got.get(partition, [])
        for index, (one, other) in enumerate(zip(wanted, found)):
            place = "record %d of partition %d: " % (index, partition)
            for field in ("key", "value"):
                if getattr(one, field) != getattr(other, field):
                    raise Failure(place + field + " " + difference(getattr(one, field), getattr(other, field)))
            if render(one.headers) != other.headers:
                raise Failure(place + "headers are %.200r, written were %.200r" % (other.headers, render(one.headers)))
            if timestamps and one.timestamp + base != other.timestamp:
                raise Failure(place + "timestamp is %d, written was %d" % (other.timestamp, one.timestamp + base))
        if len(wanted) != len(found):
            raise Failure("partition %d: %d records read, %d written" % (partition, len(found), len(wanted)))


def by_partition(rows, single):
    """The rows of each partition; with `single`, all of them as partition 0's."""
    result = {}
    for row in rows:
        row = row._replace(partition=0) if single else row
        result.setdefault(row.partition, []).append(row)
    return result


class Run:
    """One driver's run: the environment, the records and the duties."""

    def __init__(self, client):
        self.client = client
        self.bootstrap = os.environ["BOOTSTRAP"]
        self.prefix = os.environ["PREFIX"]
        self.work = os.environ["WORK"]
        self.base = int(os.environ["BASE_MS"])
        self.careful = os.environ.get("CAREFUL") == "yes"
        self.files = {}

    def produce(self, topic, rows, **options):
        """Writes the rows, the first of each partition apart if need be."""
        heads = {row.partition: index for index, row in reversed(list(enumerate(rows)))}.values() if self.careful else []
        if heads:
            self.client.produce(topic, [rows[index] for index in sorted(heads)], **options)
        self.client.produce(topic, [row for index, row in enumerate(rows) if index not in heads], **options)

    def rows(self, file, count=None):
        if file not in self.files:
            self.files[file] = records.load(os.path.join(os.environ["RECORDS"], file + ".bin"))
        return self.files[file][:count]

    def topic(self, duty):
        return "%s-%s-%s" % (self.prefix, self.client.name, duty)

    def stamped(self, rows):
        """The records with the wall time that they shall carry."""
        return [row._replace(timestamp=row.timestamp + self.base) for row in rows]

    def compare(self, expected, got, timestamps=None):
        """What was written with what this client read."""
        timestamps = self.client.timestamps if timestamps is None else timestamps
        compare(expected, got, timestamps, self.base, self.client.render)

    def written(self, duty, file, count):
        """Tells the other clients that a topic is there to be read."""
        with open(os.path.join(self.work, self.client.name + ".topics"), "a") as out:
            out.write("%s %s %d %d\n" % (self.topic(duty), file, count, self.client.timestamps))

    def round_trip(self, duty, file, count, single, **options):
        """Writes the records to the duty's topic, reads them back and compares."""
        rows = self.rows(file, count)
        parts = by_partition(rows, single)
        ordered = [row._replace(partition=0) for row in rows] if single else rows
        self.produce(self.topic(duty), self.stamped(ordered), **options)
        self.written(duty, file, len(rows))
        self.compare(parts, self.client.read(self.topic(duty), sorted(parts)))
        return "%d records" % len(rows)

    def own(self):
        """Every duty that needs no other client."""
        small, file = records.SMALL, self.client.file
        for kind, idempotent in (("produce", False), ("idempotent", True)):
            for codec in CODECS:
                duty = "%s-%s" % (kind, codec)
                attempt(duty, lambda: self.round_trip(duty, file, small, True, codec=codec, idempotent=idempotent))
        for acks in ("0", "1", "all"):
            attempt("acks-" + acks, lambda: self.acks(acks))
        attempt("consume-beginning", self.beginning)
        attempt("consume-timestamp", self.timestamp)
        attempt("consume-end", self.end)
        attempt("topic-auto", self.auto)
        attempt("topic-created", self.created)
        attempt("admin-describe", self.describe)
        attempt("admin-configs", self.configs)
        attempt("admin-partitions", self.partitions)
        attempt("admin-delete-records", self.delete_records)
        attempt("admin-delete-topic", self.delete_topic)
        attempt("headers-null", lambda: self.round_trip("headers-null", "headers", None, True))
        attempt("bulk", self.bulk)

    def acks(self, acks):
        """acks=0 has no answer to wait for: the records are awaited where they shall appear."""
        topic, rows = self.topic("acks-" + acks), [row._replace(partition=0) for row in self.rows(self.client.file, 40)]
        self.produce(topic, self.stamped(rows), acks=acks)
        until(15, lambda: len(self.client.read(topic, [0]).get(0, [])) >= len(rows), "the records are readable")
        self.compare({0: rows}, self.client.read(topic, [0]))

    def beginning(self):
        """What another duty wrote, once more from the first offset."""
        rows = [row._replace(partition=0) for row in self.rows(self.client.file, records.SMALL)]
        self.compare({0: rows}, self.client.read(self.topic("produce-none"), [0]))

    def timestamp(self):
        """From a record in the middle, found by its time; a client that cannot set times waits between two halves."""
        topic, rows = self.topic("consume-timestamp"), [row._replace(partition=0) for row in self.rows(self.client.file, 120)]
        if self.client.timestamps:
            self.produce(topic, self.stamped(rows))
            start = rows[70].timestamp + self.base - 1 + (rows[70].timestamp - rows[69].timestamp == 1)
        else:
            self.produce(topic, self.stamped(rows[:70]))
            time.sleep(0.05)
            start = int(time.time() * 1000)
            time.sleep(0.05)
            self.produce(topic, self.stamped(rows[70:]))
        self.compare({0: rows[70:]}, self.client.read(topic, [0], start))

    def end(self):
        """From the end: nothing old, then whatever comes, without a gap."""
        topic, sent = self.topic("consume-end"), []

        def produce_one():
            sent.append(b"new-%d" % len(sent))
            self.produce(topic, [records.Record(0, int(time.time() * 1000), None, sent[-1], [])])

        self.produce(topic, [records.Record(0, int(time.time() * 1000), None, b"old", [])] * 20)
        got = self.client.tail(topic, produce_one)
        require(got and got[0] in sent, "the first value read is %r" % got[:1])
        first = sent.index(got[0])
        require(got == sent[first : first + len(got)], "values read are %r, sent were %r" % (got, sent))

    def auto(self):
        rows = [row._replace(partition=0) for row in self.rows(self.client.file, 5)]
        self.produce(self.topic("topic-auto"), self.stamped(rows))
        self.compare({0: rows}, self.client.read(self.topic("topic-auto"), [0]))

    def created(self):
        """A topic of three partitions with a config of its own; the last partition takes a record."""
        topic = self.topic("topic-created")
        self.client.create_topic(topic, 3, {"retention.ms": "86400000"})
        until(15, lambda: topic in self.client.topics(), "the topic is listed")
        rows = [row._replace(partition=row.partition % 3) for row in self.rows(self.client.file, 30)]
        self.produce(topic, self.stamped(rows))
        self.compare(by_partition(rows, False), self.client.read(topic, [0, 1, 2]))

    def describe(self):
        single = self.client.partitions == 1
        brokers, partitions, leaders = self.client.describe(self.topic("topic-auto" if single else "topic-created"))
        require(brokers >= 1, "no broker is described")
        require(single or partitions == 3, "%d partitions are described, created were 3" % partitions)
        require(partitions == len(leaders) > 0, "no partition is described")
        require(all(leader >= 0 for leader in leaders), "leaders are %r" % (leaders,))

    def configs(self):
        topic = self.topic("topic-created")
        value = self.client.configs(topic).get("retention.ms")
        require(value == "86400000", "retention.ms is %r, created with 86400000" % value)
        self.client.alter_config(topic, "retention.ms", "7200000")
        until(15, lambda: self.client.configs(topic).get("retention.ms") == "7200000", "retention.ms is altered")

    def partitions(self):
        topic = self.topic("topic-created")
        self.client.create_partitions(topic, 5)
        until(15, lambda: self.client.describe(topic)[1] == 5, "five partitions are described")

    def delete_records(self):
        topic, rows = self.topic("delete-records"), [row._replace(partition=0) for row in self.rows(self.client.file, 20)]
        self.produce(topic, self.stamped(rows))
        start = self.client.delete_records(topic, 8)
        require(start == 8, "the log starts at %s after deleting below 8" % start)
        self.compare({0: rows[8:]}, self.client.read(topic, [0]))

    def delete_topic(self):
        topic = self.topic("topic-created")
        self.client.delete_topic(topic)
        until(15, lambda: topic not in self.client.topics(), "the topic is no longer listed")

    def bulk(self):
        """Ten megabytes; the topic has three partitions where the client can create one."""
        topic, single = self.topic("bulk"), self.client.partitions == 1
        if not single:
            self.client.create_topic(topic, self.client.partitions, {})
            until(15, lambda: topic in self.client.topics(), "the topic is listed")
        return self.round_trip("bulk", self.client.file, None, single, idempotent=True)

    def read(self):
        """Every topic that any client wrote, one line a writer."""
        for entry in sorted(os.listdir(self.work)):
            if entry.endswith(".topics"):
                attempt("read-" + entry[: -len(".topics")], lambda: self.read_writer(os.path.join(self.work, entry)))

    def read_writer(self, path):
        with open(path) as file:
            lines = [line.split() for line in file]
        for topic, file, count, timestamps in lines:
            single = not topic.endswith("-bulk") or file == "grouped"
            parts = by_partition(self.rows(file, int(count)), single)
            try:
                self.compare(parts, self.client.read(topic, sorted(parts)), timestamps == "1")
            except Failure as failure:
                raise Failure("%s: %s" % (topic, failure)) from None
        return "%d topics" % len(lines)

    def crash(self):
        """About 250 records a second until told to stop; each acknowledged key is a line of WORK/CLIENT.acked.
        The pause after the first lets the topic come into being."""
        stop = os.path.join(self.work, "stop")
        with open(os.path.join(self.work, self.client.name + ".acked"), "w", buffering=1) as out:

            def rows():
                index = 0
                while not os.path.exists(stop):
                    yield records.Record(0, int(time.time() * 1000), b"%08d" % index, b"v" * (index % 200), [])
                    index += 1
                    time.sleep(1 if index == 1 else 0.004)

            attempt("crash", lambda: self.client.crash(self.topic("crash"), rows(), lambda key: out.write(key.decode() + "\n")))


def main(client):
    getattr(Run(client), {"own": "own", "read": "read", "crash": "crash"}[sys.argv[1]])()
