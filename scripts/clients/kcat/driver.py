"""Drives kcat, a program rather than a library: each duty is some runs of it.

It takes one set of headers a run, and a value with any bytes only from a file of its own (it would split its
standard input into lines) with one key a run; a file without bytes it skips, so tombstones and empty values go
through the standard input as `key:`. It cannot set timestamps and has no admin part beyond listing. So it writes
`grouped.bin`, with a run for each row of neighbours that share what a run shares. It prints headers as
`name=value,...`, a value only as far as its first zero byte: that is what they are compared as.
"""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "shared"))

import duties  # noqa: E402
import records  # noqa: E402

KCAT = os.environ.get("KCAT", "kcat")
BOOTSTRAP = os.environ["BOOTSTRAP"]
MARK = "<end of record 6b636174>"


def shared(row):
    """What a run of kcat gives to all of its messages."""
    return row.partition, row.key, row.headers, row.value is None, row.value == b""


class Kcat(duties.Client):
    name = "kcat"
    file = "grouped"
    timestamps = False
    partitions = 1

    @staticmethod
    def run(*arguments, given=b""):
        command = [KCAT, "-b", BOOTSTRAP, *arguments]
        done = subprocess.run(command, input=given, capture_output=True, timeout=duties.DUTY_SECONDS)
        duties.require(done.returncode == 0, "exit code %d: %s" % (done.returncode, done.stderr.decode()[-300:]))
        return done.stdout

    def produce(self, topic, rows, codec="none", idempotent=False, acks="all"):
        if any(value is None for row in rows for _, value in row.headers):
            raise duties.Cannot("its option for headers gives each a value, and all messages of a run the same")
        options = ["-P", "-t", topic, "-X", "acks=%s" % acks, "-X", "compression.codec=%s" % codec]
        options += ["-X", "enable.idempotence=%s" % str(idempotent).lower()]
        with tempfile.TemporaryDirectory(dir=os.environ["WORK"]) as folder:
            for (partition, key, headers, null, empty), group in itertools.groupby(rows, shared):
                own = ["-p", str(partition)]
                for name, value in headers:
                    own += ["-H", "%s=%s" % (name, value.decode())]
                if null or empty:
                    lines = b"".join(key + b":\n" for _ in group)
                    self.run(*options, *own, "-K", ":", *(["-Z"] if null else []), given=lines)
                    continue
                files = []
                for row in group:
                    files.append(os.path.join(folder, str(len(files))))
                    with open(files[-1], "wb") as out:
                        out.write(row.value)
                self.run(*options, *own, *(["-k", key.decode()] if key is not None else []), *files)

    def read(self, topic, partitions, start=None):
        offset = "beginning" if start is None else "s@%d" % start
        got = {}
        for partition in partitions:
            form = "%T %K %S\n%k%s%h" + MARK
            data = self.run("-C", "-t", topic, "-p", str(partition), "-o", offset, "-e", "-q", "-f", form,
                            "-X", "fetch.wait.max.ms=100")
            at, rows = 0, []
            while at < len(data):
                line = data.index(b"\n", at)
                timestamp, key_size, value_size = map(int, data[at:line].split())
                middle = line + 1 + max(key_size, 0)
                end = middle + max(value_size, 0)
                stop = data.index(MARK.encode(), end)
                key = None if key_size < 0 else data[line + 1 : middle]
                value = None if value_size < 0 else data[middle:end]
                rows.append(records.Record(partition, timestamp, key, value, data[end:stop]))
                at = stop + len(MARK)
            got[partition] = rows
        return got

    def render(self, headers):
        return b",".join(
            b"%s=%s" % (name.encode(), b"NULL" if value is None else value.split(b"\0")[0]) for name, value in headers
        )

    def tail(self, topic, produce_one):
        command = [KCAT, "-b", BOOTSTRAP, "-C", "-t", topic, "-p", "0", "-o", "end", "-c", "5", "-q", "-f", "%s\n"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as reader:
            deadline = time.monotonic() + 30
            while reader.poll() is None and time.monotonic() < deadline:
                produce_one()
            reader.kill()
            return reader.stdout.read().split()

    def listing(self, *arguments):
        return json.loads(self.run("-L", "-J", *arguments))

    def topics(self):
        return [topic["topic"] for topic in self.listing()["topics"]]

    def describe(self, topic):
        found = self.listing("-t", topic)
        partitions = found["topics"][0]["partitions"]
        return len(found["brokers"]), len(partitions), [partition["leader"] for partition in partitions]

    def crash(self, topic, rows, acknowledged):
        options = ["-P", "-t", topic, "-p", "0", "-K", ":", "-vvv", "-E"]  # -E: a server that is away is no reason to end
        for option in ("enable.idempotence=true", "acks=all", "message.timeout.ms=120000"):
            options += ["-X", option]
        sent = []
        with subprocess.Popen(
            [KCAT, "-b", BOOTSTRAP, *options], stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
        ) as writer:
            delivered, failed = [0], []

            def listen():
                for line in writer.stderr:
                    if b"Message delivered" in line:
                        acknowledged(sent[delivered[0]])
                        delivered[0] += 1
                    elif b"Delivery failed" in line:
                        failed.append(line.decode())

            listener = threading.Thread(target=listen)
            listener.start()
            for row in rows:
                sent.append(row.key)
                writer.stdin.write(row.key + b":" + row.value + b"\n")
                writer.stdin.flush()
            writer.stdin.close()
            code = writer.wait(duties.DUTY_SECONDS)
            listener.join()
        duties.require(code == 0 and not failed, "exit code %d, %d not delivered: %s" % (code, len(failed), failed[:1]))
        duties.require(delivered[0] == len(sent), "%d of %d delivered" % (delivered[0], len(sent)))


duties.main(Kcat())
