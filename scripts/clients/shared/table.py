"""What the drivers printed, as a table for people or as JSON; exit 0 only if nothing failed.

    table.py text|json FOLDER SERVER SECONDS

FOLDER holds a file for each client, `CLIENT.result`: its first line is the version, the others are a driver's lines,
of which a later one about the same duty counts. A client that could not be installed has `CLIENT.missing` with
the reason, which is a failure where CI is `true`.
"""

import json
import os
import sys

CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
DUTIES = (
    ["produce-" + codec for codec in CODECS]
    + ["idempotent-" + codec for codec in CODECS]
    + ["acks-0", "acks-1", "acks-all", "consume-beginning", "consume-timestamp", "consume-end"]
    + ["topic-auto", "topic-created", "admin-describe", "admin-configs", "admin-partitions"]
    + ["admin-delete-records", "admin-delete-topic", "headers-null", "bulk"]
)
CLIENTS = ["kcat", "confluent-kafka", "kafka-python", "aiokafka", "kafkajs", "franz-go", "java"]
LAST = ["crash"]


def result(path, duties):
    """Version and, for each duty, its outcome and detail; what was not said is a failure."""
    with open(path) as file:
        version, *lines = file.read().splitlines() or [""]
    found = {}
    for line in lines:
        duty, separator, rest = line.partition(": ")
        outcome, _, detail = rest.partition(" ")
        if separator and outcome in ("ok", "fail", "cannot", "skipped"):
            found[duty] = {"outcome": outcome, "detail": detail}
    ended = found.pop("ended", {"detail": "the driver ended before"})
    for duty in duties:
        found.setdefault(duty, {"outcome": "fail", "detail": ended["detail"]})
    return {"version": version, "duties": {duty: found[duty] for duty in duties + sorted(set(found) - set(duties))}}


def gather(folder):
    names = {name: os.path.join(folder, name) for name in os.listdir(folder)}
    missing, ran = {}, []
    for client in CLIENTS:
        if client + ".missing" in names:
            with open(names[client + ".missing"]) as file:
                missing[client] = file.read().strip()
        elif client + ".result" in names:
            ran.append(client)
    duties = DUTIES + ["read-" + client for client in ran] + LAST
    clients = {client: result(names[client + ".result"], duties) for client in ran}
    return clients, missing


def columns(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def text(clients, missing, server, seconds, failures):
    marks = {"ok": "ok", "fail": "FAIL", "cannot": "-", "skipped": "skipped"}
    duties = list(next(iter(clients.values()))["duties"]) if clients else []
    rows = [["duty", *clients], ["", *(client["version"] for client in clients.values())]]
    for duty in duties:
        rows.append([duty, *(marks[client["duties"][duty]["outcome"]] for client in clients.values())])
    print(columns(rows))
    print("\n%s; ok: done and compared, -: the client has no way to do it, skipped: not tried" % server)
    for outcome, title in (("cannot", "cannot"), ("skipped", "skipped"), ("fail", "FAILED")):
        for name, client in clients.items():
            reasons = {}
            for duty, found in client["duties"].items():
                if found["outcome"] == outcome:
                    reasons.setdefault(found["detail"], []).append(duty)
            for detail, duties in reasons.items():
                print("%s %s %s: %s" % (name, title, ", ".join(duties), detail))
    for name, reason in missing.items():
        print("%s is not here: %s" % (name, reason))
    count = sum(found["outcome"] == "ok" for client in clients.values() for found in client["duties"].values())
    print("%s: %d duties ok, %d failed, %s s" % ("FAIL" if failures else "PASS", count, failures, seconds))


def main(form, folder, server, seconds):
    clients, missing = gather(folder)
    failures = sum(found["outcome"] == "fail" for client in clients.values() for found in client["duties"].values())
    missing_fails = os.environ.get("CI") == "true"
    failures += len(missing) * missing_fails + (not clients)
    if form == "json":
        verdict = "fail" if failures else "pass"
        answer = {"server": server, "verdict": verdict, "seconds": int(seconds), "clients": clients, "missing": missing}
        print(json.dumps(answer, indent=1, ensure_ascii=False))
    else:
        text(clients, missing, server, seconds, failures)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
