"""The records that every client writes and every client must read back, byte for byte.

One generator draws them from a fixed seed and writes them as files that each driver, in whatever language,
produces from and compares with. A file is a row of records, all numbers big endian:

    i32 partition, i64 milliseconds after the run's base time,
    i32 key length (-1 is null), key, i32 value length (-1 is null), value,
    i32 count of headers, each: i32 name length, name, i32 value length (-1 is null), value

Three files, because no client can write everything:
    records.bin  10 MB of random bytes, three partitions, null and empty keys and values, binary headers
    headers.bin  null header values and names that come back later in the list (kafka-python and kafkajs refuse them)
    grouped.bin  10 MB for kcat, which takes one key and one set of headers a run: rows of neighbours share them

Run as a program it writes the files into the folder named. It leaves out what no broker would notice: the names
of topics, codecs and batch sizes are the drivers' affair.
"""

import os
import random
import struct
import sys
from typing import NamedTuple, Optional

SEED = 20
BYTES = 10 * 1024 * 1024
PARTITIONS = 3
SMALL = 200  # records of a file's front that the duties on one codec use
GROUP = 40


class Record(NamedTuple):
    """One record as the wire carries it; `timestamp` counts from the run's base time."""

    partition: int
    timestamp: int
    key: Optional[bytes]
    value: Optional[bytes]
    headers: list


def _size(random_source):
    """Mostly small, now and then large enough to fill a batch alone."""
    draw = random_source.random()
    if draw < 0.70:
        return random_source.randint(1, 1024)
    if draw < 0.95:
        return random_source.randint(1024, 8 * 1024)
    return random_source.randint(8 * 1024, 64 * 1024)


def _value(random_source):
    """Random bytes, half of the time followed by text that a codec can shrink."""
    size = _size(random_source)
    if random_source.random() < 0.5:
        return random_source.randbytes(size)
    front = random_source.randbytes(min(size, 64))
    return (front + b"tribunal " * (size // 9 + 1))[:size]


def _records(random_source):
    """The general set: everything that all clients but kcat can write."""
    total, timestamp, index = 0, 0, 0
    while total < BYTES:
        timestamp += random_source.randint(1, 40)
        kind = index % 20
        value = None if kind == 7 else b"" if kind == 13 else _value(random_source)
        key = None if kind in (3, 11) else b"" if kind == 17 else random_source.randbytes(random_source.randint(1, 40))
        names = random_source.sample(["trace", "origin", "schema", "ключ", "x"], random_source.randint(0, 3))
        headers = [(name, random_source.randbytes(random_source.randint(0, 30))) for name in sorted(names)]
        if headers and kind == 5:
            headers.append((headers[-1][0], b"again"))
        yield Record(random_source.randrange(PARTITIONS), timestamp, key, value, headers)
        total += len(value or b"") + len(key or b"")
        index += 1


def _headers(_random_source):
    """Headers that some clients refuse to write, and that every client must be able to read."""
    lists = [
        [("null", None)],
        [("a", b"1"), ("b", b"2"), ("a", b"3")],
        [("a", None), ("a", b""), ("a", None)],
        [("many-%d" % n, bytes([n])) for n in range(100)],
    ]
    for index, headers in enumerate(lists):
        yield Record(0, index + 1, b"key-%d" % index, b"value-%d" % index, headers)
        yield Record(0, index + 1, b"key-%d" % index, None, headers)


def _grouped(random_source):
    """Neighbours share key, headers and being a tombstone; texts only where a command line carries them."""
    total, timestamp, index = 0, 0, 0
    while total < BYTES:
        if index % GROUP == 0:
            group = index // GROUP
            key = None if group % 4 == 1 else b"key-%d" % group
            headers = [("h%d" % n, b"value-%d" % random_source.randint(0, 999)) for n in range(group % 4)]
        timestamp += 1
        kind = "tombstone" if group % 8 == 2 else "empty" if group % 8 == 6 else "random"
        value = None if kind == "tombstone" else b"" if kind == "empty" else _value(random_source)
        yield Record(0, timestamp, key, value, headers)
        total += len(value or b"")
        index += 1


def _blob(data):
    return struct.pack(">i", -1) if data is None else struct.pack(">i", len(data)) + data


def write(path, records):
    """Writes a file of records; a reader never sees half of one."""
    with open(path + ".new", "wb") as out:
        for record in records:
            out.write(struct.pack(">iq", record.partition, record.timestamp))
            out.write(_blob(record.key) + _blob(record.value) + struct.pack(">i", len(record.headers)))
            for name, value in record.headers:
                out.write(_blob(name.encode()) + _blob(value))
    os.rename(path + ".new", path)


def load(path):
    """Reads a file of records into a list."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0

    def blob():
        nonlocal at
        (length,) = struct.unpack_from(">i", data, at)
        at += 4
        if length < 0:
            return None
        at += length
        return data[at - length : at]

    records = []
    while at < len(data):
        partition, timestamp = struct.unpack_from(">iq", data, at)
        at += 12
        key, value = blob(), blob()
        (count,) = struct.unpack_from(">i", data, at)
        at += 4
        headers = []
        for _ in range(count):
            name = blob().decode()
            headers.append((name, blob()))
        records.append(Record(partition, timestamp, key, value, headers))
    return records


def main(folder):
    """Writes the three files, always the same bytes."""
    os.makedirs(folder, exist_ok=True)
    for name, make in (("records", _records), ("headers", _headers), ("grouped", _grouped)):
        write(os.path.join(folder, name + ".bin"), make(random.Random(SEED)))


if __name__ == "__main__":
    main(sys.argv[1])
