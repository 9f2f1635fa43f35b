"""A reader of the wire that is nobody's client: what the drivers claim is checked here against what is stored.

    wire.py wait HOST:PORT SECONDS                  until an ApiVersions request is answered
    wire.py batches HOST:PORT TOPIC CODEC IDEMPOTENT  partition 0's batches have the codec, and a producer id or none
    wire.py stored HOST:PORT PREFIX FILE            `batches` for each produce- and idempotent- duty that FILE calls ok
    wire.py crash HOST:PORT TOPIC FILE BEFORE       what FILE says was acknowledged is stored once, and in order
    wire.py delete HOST:PORT PREFIX                 deletes the topics whose name starts so

Exit 0 and one line of detail, or exit 1 and one line of what is wrong. It speaks the lowest versions that the
protocol still allows (Metadata 4, Fetch 4, DeleteTopics 1, ApiVersions 0), so it needs no library, and it reads
uncompressed records only: the crash duty writes no others.
"""

import socket
import struct
import sys
import time

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]


class Wrong(Exception):
    """What is stored is not what was claimed."""


class Reader:
    """Takes values from the front of an answer."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self, form):
        size = struct.calcsize(">" + form)
        self.at += size
        return struct.unpack_from(">" + form, self.data, self.at - size)[0]

    def text(self):
        length = self.number("h")
        self.at += max(length, 0)
        return None if length < 0 else self.data[self.at - length : self.at].decode()

    def blob(self):
        length = self.number("i")
        self.at += max(length, 0)
        return b"" if length < 0 else self.data[self.at - length : self.at]

    def array(self, item):
        return [item() for _ in range(max(self.number("i"), 0))]

    def varint(self):
        result = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            result |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return (result >> 1) ^ -(result & 1)


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def exactly(connection, size):
    data = bytearray()
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError("connection closed")
        data += part
    return bytes(data)


class Wire:
    """One connection; asks one thing at a time."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.connection = socket.create_connection((host, int(port)), timeout=10)

    def ask(self, key, version, body):
        frame = struct.pack(">hhi", key, version, 1) + text("wire") + body
        self.connection.sendall(struct.pack(">i", len(frame)) + frame)
        (size,) = struct.unpack(">i", exactly(self.connection, 4))
        answer = Reader(exactly(self.connection, size))
        answer.number("i")
        return answer

    def metadata(self, topics=None):
        """Addresses of the brokers, and for each topic its error and its partitions' leaders."""
        body = struct.pack(">i", -1) if topics is None else struct.pack(">i", len(topics)) + b"".join(map(text, topics))
        answer = self.ask(3, 4, body + b"\0")
        answer.number("i")
        brokers = dict(answer.array(lambda: self._broker(answer)))
        answer.text()
        controller = answer.number("i")
        return brokers, controller, dict(answer.array(lambda: self._topic(answer)))

    @staticmethod
    def _broker(answer):
        node, host, port = answer.number("i"), answer.text(), answer.number("i")
        answer.text()
        return node, "%s:%d" % (host, port)

    @staticmethod
    def _topic(answer):
        error, name = answer.number("h"), answer.text()
        answer.number("b")
        return name, (error, dict(answer.array(lambda: Wire._partition(answer))))

    @staticmethod
    def _partition(answer):
        answer.number("h")
        index, leader = answer.number("i"), answer.number("i")
        answer.array(lambda: answer.number("i"))
        answer.array(lambda: answer.number("i"))
        return index, leader

    def fetch(self, topic, offset):
        """High watermark and bytes from the offset on, of partition 0."""
        body = struct.pack(">iiiib", -1, 500, 1, 8 << 20, 0) + struct.pack(">i", 1) + text(topic)
        answer = self.ask(1, 4, body + struct.pack(">iiqi", 1, 0, offset, 4 << 20))
        answer.number("i")
        answer.number("i")
        answer.text()
        answer.number("i")
        answer.number("i")
        error = answer.number("h")
        if error:
            raise Wrong("fetch of %s at offset %d answers error %d" % (topic, offset, error))
        high_watermark = answer.number("q")
        answer.number("q")
        answer.array(lambda: (answer.number("q"), answer.number("q")))
        return high_watermark, answer.blob()


def leader_of(address, topic):
    """A connection to the leader of the topic's partition 0."""
    brokers, _, topics = Wire(address).metadata([topic])
    error, partitions = topics[topic]
    if error or 0 not in partitions:
        raise Wrong("topic %s: metadata answers error %d" % (topic, error))
    return Wire(brokers[partitions[0]])


def batches(address, topic):
    """All batches of partition 0: (base offset, codec, producer id, base sequence, count, bytes of the records)."""
    wire, offset = leader_of(address, topic), 0
    while True:
        high_watermark, data = wire.fetch(topic, offset)
        at = 0
        while at + 61 <= len(data):
            base, length = struct.unpack_from(">qi", data, at)
            end = at + 12 + length
            if end > len(data):
                break
            magic = data[at + 16]
            attributes, last_delta = struct.unpack_from(">hi", data, at + 21)
            producer_id, _, sequence, count = struct.unpack_from(">qhii", data, at + 43)
            if magic != 2 or last_delta != count - 1:
                raise Wrong("batch at offset %d: magic %d, %d records, last offset delta %d" % (base, magic, count, last_delta))
            yield base, CODECS[attributes & 7], producer_id, sequence, count, data[at + 61 : end]
            offset, at = base + count, end
        if offset >= high_watermark:
            return
        if at == 0:
            raise Wrong("fetch of %s at offset %d returned nothing below the high watermark %d" % (topic, offset, high_watermark))


def keys(batch):
    """Keys of an uncompressed batch's records."""
    reader = Reader(batch[5])
    for _ in range(batch[4]):
        length = reader.varint()
        end = reader.at + length
        reader.number("b")
        reader.varint()
        reader.varint()
        size = reader.varint()
        yield reader.data[reader.at : reader.at + max(size, 0)].decode()
        reader.at = end


def check_batches(address, topic, codec, idempotent):
    """Batches are compressed as asked (some clients send plainly what would only grow, so one of the codec must do),
    and carry a producer id exactly if idempotence was asked for."""
    count = compressed = 0
    for base, found, producer_id, _, _, _ in batches(address, topic):
        if found not in (codec, "none"):
            raise Wrong("batch at offset %d of %s is %s, asked for was %s" % (base, topic, found, codec))
        if (producer_id >= 0) != (idempotent == "yes"):
            raise Wrong("batch at offset %d of %s has producer id %d, idempotence: %s" % (base, topic, producer_id, idempotent))
        count += 1
        compressed += found == codec
    if not compressed:
        raise Wrong("of %d batches of %s none is %s" % (count, topic, codec))
    return "%d batches" % count


def check_stored(address, prefix, path):
    """One line for each duty of the driver's output whose batches are not what the duty's name says."""
    lines = []
    with open(path) as file:
        duties = [line.split(": ")[0] for line in file if ": ok" in line]
    for duty in duties:
        kind, _, codec = duty.partition("-")
        if kind in ("produce", "idempotent"):
            try:
                check_batches(address, "%s-%s" % (prefix, duty), codec, "yes" if kind == "idempotent" else "no")
            except (Wrong, OSError) as error:
                lines.append("%s: fail stored otherwise: %s" % (duty, error))
    return "\n".join(lines)


def check_crash(address, topic, path, before):
    """Each line of the file is a key that was acknowledged, or `failed KEY`: the first kind is stored exactly once,
    the second at most once, and the keys, which count upwards, lie in that order."""
    acknowledged, failed = [], set()
    with open(path) as file:
        for line in file:
            words = line.split()
            failed.add(words[1]) if words[0] == "failed" else acknowledged.append(words[0])
    stored = [key for batch in batches(address, topic) for key in keys(batch)]
    seen = set(stored)
    lost = [key for key in acknowledged if key not in seen]
    if lost:
        raise Wrong("%d acknowledged records are lost, first %s" % (len(lost), lost[0]))
    if len(seen) != len(stored):
        twice = next(key for index, key in enumerate(stored) if key in stored[:index])
        raise Wrong("%d records are stored twice, first %s" % (len(stored) - len(seen), twice))
    for first, second in zip(stored, stored[1:]):
        if int(first) >= int(second):
            raise Wrong("record %s is stored before record %s" % (first, second))
    after = len(acknowledged) - int(before)
    if int(before) < 1 or after < 1:
        raise Wrong("the kill was not in the middle: %s acknowledged before, %d after" % (before, after))
    return "%s acknowledged before the kill, %d after, %d stored, %d failed" % (before, after, len(stored), len(failed))


def wait(address, seconds):
    """Until the server answers ApiVersions, or says why not."""
    deadline, reason = time.monotonic() + float(seconds), "no answer"
    while time.monotonic() < deadline:
        try:
            if Wire(address).ask(18, 0, b"").number("h") == 0:
                return "%s answers" % address
        except OSError as error:
            reason = str(error)
        time.sleep(0.05)
    raise Wrong("%s does not answer within %s s: %s" % (address, seconds, reason))


def delete(address, prefix):
    """Asks the controller to delete every topic of the prefix."""
    brokers, controller, topics = Wire(address).metadata()
    names = [name for name in topics if name.startswith(prefix)]
    wire = Wire(brokers.get(controller, address))
    wire.ask(20, 1, struct.pack(">i", len(names)) + b"".join(map(text, names)) + struct.pack(">i", 10000))
    return "%d topics deleted" % len(names)


def main(arguments):
    commands = {"wait": wait, "batches": check_batches, "stored": check_stored, "crash": check_crash, "delete": delete}
    try:
        print(commands[arguments[0]](*arguments[1:]))
    except (Wrong, OSError, ValueError) as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
