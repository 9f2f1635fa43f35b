// Drives the Java client, as shared/duties.py describes: the phase is the argument, the rest is in the environment.

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

final class Driver {
    private static final String NAME = "java";
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final int DUTY_SECONDS = 60;

    private final String bootstrap = System.getenv("BOOTSTRAP");
    private final String prefix = System.getenv("PREFIX");
    private final Path records = Path.of(System.getenv("RECORDS"));
    private final Path work = Path.of(System.getenv("WORK"));
    private final long base = Long.parseLong(System.getenv("BASE_MS"));
    private final Map<String, List<Records.Row>> files = new HashMap<>();
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap, "request.timeout.ms", "15000", "default.api.timeout.ms", "20000"));

    interface Work {
        Object run() throws Exception;
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        Driver driver = new Driver();
        switch (arguments[0]) {
            case "own" -> driver.own();
            case "read" -> driver.read();
            case "crash" -> driver.crash();
            default -> throw new IllegalArgumentException("own, read or crash");
        }
        driver.admin.close();
    }

    // --- what the duties are made of ---

    private static void attempt(String duty, Work work) {
        long started = System.nanoTime();
        String line;
        try {
            Object detail = work.run();
            line = "ok " + (detail == null ? "" : detail) + String.format(" (%.1f s)", (System.nanoTime() - started) / 1e9);
        } catch (Exception error) {
            Throwable cause = error instanceof ExecutionException ? error.getCause() : error;
            line = "fail " + cause;
        }
        System.out.println(duty + ": " + line.replaceAll("\\s+", " "));
        System.out.flush();
    }

    private static void until(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!condition.holds()) {
            Records.require(System.nanoTime() < deadline, what + ": not within 15 s");
            Thread.sleep(50);
        }
    }

    private String topic(String duty) {
        return prefix + "-" + NAME + "-" + duty;
    }

    /** The first rows of a file with the wall time that they carry; with `single`, all in partition 0. */
    private List<Records.Row> rows(String file, int count, boolean single) throws Exception {
        if (!files.containsKey(file)) {
            files.put(file, Records.load(records.resolve(file + ".bin")));
        }
        return files.get(file).stream().limit(count).map(row -> row.at(single ? 0 : row.partition(), base)).toList();
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, String> options) {
        Properties all = new Properties();
        all.putAll(Map.of("bootstrap.servers", bootstrap, "linger.ms", "5"));
        all.putAll(options);
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** The first row of each partition apart, if need be. */
    private void produce(String topic, List<Records.Row> rows, Map<String, String> options) throws Exception {
        if (!"yes".equals(System.getenv("CAREFUL"))) {
            produceAtOnce(topic, rows, options);
            return;
        }
        List<Records.Row> heads = Records.byPartition(rows).values().stream().map(part -> part.get(0)).toList();
        produceAtOnce(topic, heads, options);
        produceAtOnce(topic, rows.stream().filter(row -> !heads.contains(row)).toList(), options);
    }

    private void produceAtOnce(String topic, List<Records.Row> rows, Map<String, String> options) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = producer(options)) {
            for (Records.Row row : rows) {
                ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(topic, row.partition(), row.timestamp(), row.key(), row.value());
                row.headers().forEach(header -> record.headers().add(header.name(), header.value()));
                sent.add(producer.send(record));
            }
            producer.flush();
            for (Future<RecordMetadata> future : sent) {
                future.get(DUTY_SECONDS, TimeUnit.SECONDS);
            }
        }
    }

    /** No group id: partitions are assigned by hand and nothing is committed. */
    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> options = Map.of("bootstrap.servers", bootstrap, "enable.auto.commit", "false",
            "auto.offset.reset", "none", "fetch.max.wait.ms", "100");
        return new KafkaConsumer<>(options, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** From the beginning, or from the first record at or after a time, to the end. */
    private Map<Integer, List<Records.Row>> read(String topic, Collection<Integer> partitions, Long start) {
        List<TopicPartition> places = partitions.stream().map(partition -> new TopicPartition(topic, partition)).toList();
        Map<Integer, List<Records.Row>> got = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(places);
            if (start == null) {
                consumer.seekToBeginning(places);
            } else {
                Map<TopicPartition, Long> asked = new HashMap<>();
                places.forEach(place -> asked.put(place, start));
                consumer.offsetsForTimes(asked).forEach((place, found) -> consumer.seek(place, found.offset()));
            }
            Map<TopicPartition, Long> ends = consumer.endOffsets(places);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DUTY_SECONDS);
            while (places.stream().anyMatch(place -> consumer.position(place) < ends.get(place))) {
                Records.require(System.nanoTime() < deadline, "partitions not read to their ends: " + ends);
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    got.computeIfAbsent(record.partition(), ignored -> new ArrayList<>()).add(row(record));
                }
            }
        }
        return got;
    }

    private static Records.Row row(ConsumerRecord<byte[], byte[]> record) {
        List<Records.Named> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new Records.Named(header.key(), header.value())));
        return new Records.Row(record.partition(), record.timestamp(), record.key(), record.value(), headers);
    }

    private void written(String duty, String file, int count) throws Exception {
        String line = String.format("%s %s %d 1%n", topic(duty), file, count);
        Files.writeString(work.resolve(NAME + ".topics"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private String roundTrip(String duty, String file, int count, boolean single, Map<String, String> options) throws Exception {
        List<Records.Row> rows = rows(file, count, single);
        produce(topic(duty), rows, options);
        written(duty, file, rows.size());
        Map<Integer, List<Records.Row>> expected = Records.byPartition(rows);
        Records.compare(expected, read(topic(duty), expected.keySet(), null), true);
        return rows.size() + " records";
    }

    // --- the duties ---

    private void own() {
        for (String kind : List.of("produce", "idempotent")) {
            for (String codec : CODECS) {
                Map<String, String> options =
                    Map.of("compression.type", codec, "enable.idempotence", String.valueOf(kind.equals("idempotent")));
                String duty = kind + "-" + codec;
                attempt(duty, () -> roundTrip(duty, "records", Records.SMALL, true, options));
            }
        }
        for (String acks : List.of("0", "1", "all")) {
            attempt("acks-" + acks, () -> acks(acks));
        }
        attempt("consume-beginning", () -> same("produce-none", rows("records", Records.SMALL, true), null));
        attempt("consume-timestamp", this::timestamp);
        attempt("consume-end", this::end);
        attempt("topic-auto", () -> roundTrip("topic-auto", "records", 5, true, Map.of()));
        attempt("topic-created", this::created);
        attempt("admin-describe", this::describe);
        attempt("admin-configs", this::configs);
        attempt("admin-partitions", this::partitions);
        attempt("admin-delete-records", this::deleteRecords);
        attempt("admin-delete-topic", this::deleteTopic);
        attempt("headers-null", () -> roundTrip("headers-null", "headers", 1000, true, Map.of()));
        attempt("bulk", this::bulk);
    }

    private Object same(String duty, List<Records.Row> expected, Long start) {
        Map<Integer, List<Records.Row>> parts = Records.byPartition(expected);
        Records.compare(parts, read(topic(duty), parts.keySet(), start), true);
        return null;
    }

    private Object acks(String acks) throws Exception {
        List<Records.Row> rows = rows("records", 40, true);
        produce(topic("acks-" + acks), rows, Map.of("acks", acks, "enable.idempotence", "false"));
        until("the records are readable",
            () -> read(topic("acks-" + acks), List.of(0), null).getOrDefault(0, List.of()).size() >= rows.size());
        return same("acks-" + acks, rows, null);
    }

    private Object timestamp() throws Exception {
        List<Records.Row> rows = rows("records", 120, true);
        produce(topic("consume-timestamp"), rows, Map.of());
        return same("consume-timestamp", rows.subList(70, 120), rows.get(69).timestamp() + 1);
    }

    private Object end() throws Exception {
        String topic = topic("consume-end");
        TopicPartition place = new TopicPartition(topic, 0);
        produce(topic, rows("records", 20, true), Map.of());
        List<Records.Row> rows = rows("records", 30, true).subList(20, 30);
        List<Records.Row> got = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(place));
            consumer.seekToEnd(List.of(place));
            consumer.position(place);
            produce(topic, rows, Map.of());
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (got.size() < rows.size() && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(500)).forEach(record -> got.add(row(record)));
            }
        }
        Records.compare(Map.of(0, rows), Map.of(0, got), true);
        return null;
    }

    private Object created() throws Exception {
        String topic = topic("topic-created");
        NewTopic asked = new NewTopic(topic, 3, (short) -1).configs(Map.of("retention.ms", "86400000"));
        admin.createTopics(List.of(asked)).all().get();
        until("the topic is listed", () -> admin.listTopics().names().get().contains(topic));
        produce(topic, rows("records", 30, false), Map.of());
        return same("topic-created", rows("records", 30, false), null);
    }

    private TopicDescription description() throws Exception {
        return admin.describeTopics(List.of(topic("topic-created"))).allTopicNames().get().get(topic("topic-created"));
    }

    private Object describe() throws Exception {
        Records.require(!admin.describeCluster().nodes().get().isEmpty(), "no broker is described");
        Records.require(admin.describeCluster().controller().get() != null, "no controller is described");
        int count = description().partitions().size();
        Records.require(count == 3, count + " partitions are described, created were 3");
        Records.require(description().partitions().stream().allMatch(part -> part.leader() != null), "a partition has no leader");
        Records.require(!admin.describeLogDirs(List.of(description().partitions().get(0).leader().id()))
            .allDescriptions().get().isEmpty(), "no log directory is described");
        return null;
    }

    private Object configs() throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic("topic-created"));
        Condition altered = () -> "7200000".equals(retention(resource));
        Records.require("86400000".equals(retention(resource)), "retention.ms is " + retention(resource));
        ConfigEntry entry = new ConfigEntry("retention.ms", "7200000");
        admin.incrementalAlterConfigs(Map.of(resource, List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET)))).all().get();
        until("retention.ms is altered", altered);
        return null;
    }

    private String retention(ConfigResource resource) throws Exception {
        return admin.describeConfigs(List.of(resource)).all().get().get(resource).get("retention.ms").value();
    }

    private Object partitions() throws Exception {
        admin.createPartitions(Map.of(topic("topic-created"), NewPartitions.increaseTo(5))).all().get();
        until("five partitions are described", () -> description().partitions().size() == 5);
        return null;
    }

    private Object deleteRecords() throws Exception {
        List<Records.Row> rows = rows("records", 20, true);
        TopicPartition place = new TopicPartition(topic("delete-records"), 0);
        produce(place.topic(), rows, Map.of());
        long start = admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(8))).lowWatermarks().get(place).get().lowWatermark();
        Records.require(start == 8, "the log starts at " + start + " after deleting below 8");
        return same("delete-records", rows.subList(8, 20), null);
    }

    private Object deleteTopic() throws Exception {
        admin.deleteTopics(List.of(topic("topic-created"))).all().get();
        until("the topic is no longer listed", () -> !admin.listTopics().names().get().contains(topic("topic-created")));
        return null;
    }

    private Object bulk() throws Exception {
        admin.createTopics(List.of(new NewTopic(topic("bulk"), 3, (short) -1))).all().get();
        return roundTrip("bulk", "records", Integer.MAX_VALUE, false, Map.of());
    }

    /** Every topic that any client wrote, one line a writer. */
    private void read() throws Exception {
        try (Stream<Path> entries = Files.list(work)) {
            for (Path path : entries.filter(entry -> entry.toString().endsWith(".topics")).sorted().toList()) {
                String writer = path.getFileName().toString().replace(".topics", "");
                attempt("read-" + writer, () -> readWriter(path));
            }
        }
    }

    private Object readWriter(Path path) throws Exception {
        List<String> lines = Files.readAllLines(path);
        for (String line : lines) {
            String[] words = line.split(" ");
            boolean single = !words[0].endsWith("-bulk") || words[1].equals("grouped");
            Map<Integer, List<Records.Row>> parts =
                Records.byPartition(rows(words[1], Integer.parseInt(words[2]), single));
            try {
                Records.compare(parts, read(words[0], parts.keySet(), null), words[3].equals("1"));
            } catch (Records.Failure failure) {
                throw new Records.Failure(words[0] + ": " + failure.getMessage());
            }
        }
        return lines.size() + " topics";
    }

    /** About 250 records a second until told to stop; each acknowledged key is a line of WORK/CLIENT.acked. */
    private void crash() throws Exception {
        Path acked = work.resolve(NAME + ".acked");
        AtomicReference<Exception> failed = new AtomicReference<>();
        try (var out = Files.newBufferedWriter(acked); KafkaProducer<byte[], byte[]> producer = producer(Map.of("acks", "all"))) {
            attempt("crash", () -> {
                for (int index = 0; !Files.exists(work.resolve("stop")); index++) {
                    String key = String.format("%08d", index);
                    ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>(topic("crash"), 0, key.getBytes(), new byte[index % 200]);
                    producer.send(record, (metadata, error) -> {
                        try {
                            out.write((error == null ? "" : "failed ") + key + "\n");
                            out.flush();
                        } catch (Exception unwritten) {
                            failed.set(unwritten);
                        }
                        if (error != null) {
                            failed.set(error);
                        }
                    });
                    Thread.sleep(index == 0 ? 1000 : 4);
                }
                producer.flush();
                Records.require(failed.get() == null, failed.get());
                return null;
            });
        }
    }
}
