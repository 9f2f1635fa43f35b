// Fills a broker with records of every kind, and tells what a broker holds. Run by scripts/kafka-directory.sh as a single
// source file, over Apache Kafka's own clients.
//
//   write BOOTSTRAP plain|kafka   topics in all codecs and several segments, an idempotent producer, deleted records;
//                                 `kafka` adds transactions and a compacted topic
//   append BOOTSTRAP              a few plain records behind the transactions
//   fixtures BOOTSTRAP            small topics for fixtures: see broker/log/tests/fixtures/README.md
//   read BOOTSTRAP                two lines a partition, of all records and of the committed ones: name, start, end, count,
//                                 checksum over offset, timestamp, key, value and headers of each record

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.*;

public class Directory {
    static final String[] CODECS = {"none", "gzip", "snappy", "lz4", "zstd"};
    static String bootstrap;

    public static void main(String[] arguments) throws Exception {
        bootstrap = arguments[1];
        switch (arguments[0]) {
            case "write" -> write(arguments[2].equals("kafka"));
            case "append" -> append();
            case "fixtures" -> fixtures();
            case "read" -> read();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    static Properties client() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", bootstrap);
        return properties;
    }

    static void topic(Admin admin, String name, int partitions, String... configs) throws Exception {
        // The records' times are of long ago, the same in every run: nothing may be too old.
        Map<String, String> map = new HashMap<>(Map.of("retention.ms", "-1"));
        for (int i = 0; i < configs.length; i += 2) map.put(configs[i], configs[i + 1]);
        admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(map))).all().get();
    }

    static KafkaProducer<byte[], byte[]> producer(String codec, boolean idempotent, String transactional) {
        Properties properties = client();
        properties.put("compression.type", codec);
        properties.put("enable.idempotence", String.valueOf(idempotent || transactional != null));
        properties.put("linger.ms", "20");
        properties.put("batch.size", "2000");
        if (transactional != null) {
            properties.put("transactional.id", transactional);
            properties.put("transaction.timeout.ms", "900000");
        }
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A record that is the same in every run: its timestamp too. */
    static ProducerRecord<byte[], byte[]> record(String topic, int partition, int number, int keys, int size) {
        byte[] key = bytes("key-" + number % keys);
        // Now and then a tombstone, an empty value, a header, a time that goes back.
        byte[] value = number % 13 == 5 ? null : number % 17 == 3 ? new byte[0] : new byte[size];
        if (value != null) for (int i = 0; i < value.length; i++) value[i] = (byte) (number * 31 + i * (i % 7));
        long timestamp = 1_700_000_000_000L + number * 10L - (number % 5) * 25L;
        var record = new ProducerRecord<>(topic, partition, timestamp, key, value);
        if (number % 4 == 1) record.headers().add("number", bytes(String.valueOf(number))).add("none", null);
        return record;
    }

    static void fill(Producer<byte[], byte[]> producer, String topic, int partitions, int from, int to, int keys, int size) {
        for (int number = from; number < to; number++) {
            producer.send(record(topic, number % partitions, number, keys, size), (metadata, error) -> {
                if (error != null) throw new IllegalStateException(error);
            });
            if (number % 20 == 19) producer.flush();
        }
        producer.flush();
    }

    static void write(boolean kafka) throws Exception {
        try (Admin admin = Admin.create(client())) {
            for (String codec : CODECS) {
                topic(admin, "codec-" + codec, 2, "internal.segment.bytes", "32768", "index.interval.bytes", "512");
                try (var producer = producer(codec, !codec.equals("gzip"), null)) {
                    fill(producer, "codec-" + codec, 2, 0, 2_000, 100, 90);
                }
            }
            topic(admin, "append.time", 1, "message.timestamp.type", "LogAppendTime");
            try (var producer = producer("none", true, null)) {
                fill(producer, "append.time", 1, 0, 300, 100, 40);
            }
            topic(admin, "empty", 3);
            topic(admin, "deleted", 1, "internal.segment.bytes", "16384");
            try (var producer = producer("none", true, null)) {
                fill(producer, "deleted", 1, 0, 1_000, 100, 90);
            }
            admin.deleteRecords(Map.of(new TopicPartition("deleted", 0), RecordsToDelete.beforeOffset(417))).all().get();
            if (kafka) {
                transactions(admin, "transactions", 100, 60);
                interleaved(admin, "interleaved");
                compacted(admin, "compacted", 800);
            }
        }
    }

    /** One that commits, one that aborts, one that commits, with plain records between them. */
    static void transactions(Admin admin, String name, int count, int size) throws Exception {
        topic(admin, name, 1);
        try (var producer = producer("none", true, name); var plain = producer("none", false, null)) {
            producer.initTransactions();
            for (int round = 0; round < 3; round++) {
                producer.beginTransaction();
                fill(producer, name, 1, round * count, (round + 1) * count, 10, size);
                fill(plain, name, 1, 10_000 + round, 10_001 + round, 10, size);
                if (round == 1) producer.abortTransaction();
                else producer.commitTransaction();
            }
        }
    }

    /** Transactions of three producers across each other and across segments; the last one of them stays open. */
    static void interleaved(Admin admin, String name) throws Exception {
        topic(admin, name, 1, "internal.segment.bytes", "4096");
        List<Producer<byte[], byte[]>> producers = new ArrayList<>();
        for (int index = 0; index < 3; index++) {
            producers.add(producer("none", true, name + index));
            producers.get(index).initTransactions();
            producers.get(index).beginTransaction();
        }
        for (int round = 0; round < 40; round++) {
            var producer = producers.get(round % 3);
            fill(producer, name, 1, round * 10, round * 10 + 10, 10, 60);
            if (round % 4 != 1) continue;
            if (round % 8 == 1) producer.abortTransaction();
            else producer.commitTransaction();
            producer.beginTransaction();
        }
        producers.get(0).abortTransaction();
        producers.get(1).commitTransaction();
        // Nothing ends the third.
        for (var producer : producers) producer.close(Duration.ZERO);
    }

    static void append() throws Exception {
        try (var producer = producer("none", true, null)) {
            for (String name : List.of("transactions", "interleaved")) fill(producer, name, 1, 20_000, 20_200, 10, 60);
        }
    }

    /** Few keys, written until the cleaner has been there. */
    static void compacted(Admin admin, String name, int count) throws Exception {
        topic(admin, name, 1, "cleanup.policy", "compact", "internal.segment.bytes", "4096", "min.cleanable.dirty.ratio",
            "0.01", "delete.retention.ms", "86400000");
        try (var producer = producer("none", true, null); var plain = producer("zstd", false, null)) {
            fill(plain, name, 1, 0, count / 2, 7, 40);
            fill(producer, name, 1, count / 2, count, 7, 40);
        }
        for (int patience = 0; patience < 100; patience++) {
            if (count(name) < count / 2) return;
            Thread.sleep(200);
        }
        throw new IllegalStateException("the cleaner did not come to " + name);
    }

    static void fixtures() throws Exception {
        try (Admin admin = Admin.create(client())) {
            topic(admin, "codecs", 1, "internal.segment.bytes", "2048", "index.interval.bytes", "256");
            int from = 0;
            for (String codec : CODECS) {
                try (var producer = producer(codec, true, null)) {
                    fill(producer, "codecs", 1, from, from + 20, 10, 30);
                }
                from += 20;
            }
            transactions(admin, "transactions", 5, 20);
            compacted(admin, "compacted", 200);
        }
    }

    static int count(String topic) throws Exception {
        try (var consumer = consumer("read_uncommitted")) {
            return held(consumer, new TopicPartition(topic, 0), null);
        }
    }

    static KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        Properties properties = client();
        properties.put("isolation.level", isolation);
        properties.put("enable.auto.commit", "false");
        properties.put("check.crcs", "true");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static void read() throws Exception {
        for (String isolation : List.of("read_uncommitted", "read_committed")) read(isolation);
    }

    static void read(String isolation) throws Exception {
        List<TopicPartition> partitions = new ArrayList<>();
        try (var consumer = consumer(isolation)) {
            consumer.listTopics().forEach((name, infos) -> {
                if (!name.startsWith("__")) infos.forEach(info -> partitions.add(new TopicPartition(name, info.partition())));
            });
            partitions.sort(Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));
            for (TopicPartition partition : partitions) {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                long start = consumer.beginningOffsets(List.of(partition)).get(partition);
                long end = consumer.endOffsets(List.of(partition)).get(partition);
                String what;
                try {
                    int count = held(consumer, partition, digest);
                    what = "count " + count + " " + HexFormat.of().formatHex(digest.digest(), 0, 8);
                } catch (RuntimeException error) {
                    what = "refused: " + error.getMessage();
                }
                System.out.println(partition + "/" + isolation + " start " + start + " end " + end + " " + what);
            }
        }
    }

    /** Reads a partition from its start to its end, as far as the consumer is let. */
    static int held(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, MessageDigest digest) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        long deadline = System.currentTimeMillis() + 30_000;
        int count = 0;
        while (consumer.position(partition) < end) {
            if (System.currentTimeMillis() > deadline) {
                throw new IllegalStateException(partition + ": stuck at " + consumer.position(partition) + " of " + end);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                count++;
                if (digest != null) add(digest, record);
            }
        }
        return count;
    }

    static void add(MessageDigest digest, ConsumerRecord<byte[], byte[]> record) {
        digest.update(ByteBuffer.allocate(16).putLong(record.offset()).putLong(record.timestamp()).array());
        field(digest, record.key());
        field(digest, record.value());
        for (Header header : record.headers()) {
            field(digest, bytes(header.key()));
            field(digest, header.value());
        }
    }

    static void field(MessageDigest digest, byte[] bytes) {
        digest.update(ByteBuffer.allocate(4).putInt(bytes == null ? -1 : bytes.length).array());
        if (bytes != null) digest.update(bytes);
    }
}
