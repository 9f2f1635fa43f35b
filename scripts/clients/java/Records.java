// The record files and the comparison: what shared/records.py writes, read back by the Java driver.

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

final class Records {
    /** Records of a file's front that the duties on one codec use. */
    static final int SMALL = 200;

    record Named(String name, byte[] value) {
        boolean same(Named other) {
            return name.equals(other.name) && Arrays.equals(value, other.value);
        }
    }

    record Row(int partition, long timestamp, byte[] key, byte[] value, List<Named> headers) {
        Row at(int otherPartition, long base) {
            return new Row(otherPartition, timestamp + base, key, value, headers);
        }
    }

    private Records() {}

    static List<Row> load(Path path) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(path)));
        List<Row> rows = new ArrayList<>();
        while (in.available() > 0) {
            int partition = in.readInt();
            long timestamp = in.readLong();
            byte[] key = blob(in);
            byte[] value = blob(in);
            List<Named> headers = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                headers.add(new Named(new String(blob(in), StandardCharsets.UTF_8), blob(in)));
            }
            rows.add(new Row(partition, timestamp, key, value, headers));
        }
        return rows;
    }

    private static byte[] blob(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length < 0 ? null : in.readNBytes(length);
    }

    static Map<Integer, List<Row>> byPartition(List<Row> rows) {
        Map<Integer, List<Row>> result = new TreeMap<>();
        rows.forEach(row -> result.computeIfAbsent(row.partition, ignored -> new ArrayList<>()).add(row));
        return result;
    }

    /** Byte for byte, in order, partition by partition; the exception says where the first difference is. */
    static void compare(Map<Integer, List<Row>> expected, Map<Integer, List<Row>> got, boolean timestamps) {
        TreeSet<Integer> partitions = new TreeSet<>(expected.keySet());
        partitions.addAll(got.keySet());
        for (int partition : partitions) {
            List<Row> wanted = expected.getOrDefault(partition, List.of());
            List<Row> found = got.getOrDefault(partition, List.of());
            for (int index = 0; index < Math.min(wanted.size(), found.size()); index++) {
                String difference = difference(wanted.get(index), found.get(index), timestamps);
                if (difference != null) {
                    throw new Failure("record " + index + " of partition " + partition + ": " + difference);
                }
            }
            if (wanted.size() != found.size()) {
                throw new Failure("partition " + partition + ": " + found.size() + " records read, " + wanted.size() + " written");
            }
        }
    }

    private static String difference(Row wanted, Row found, boolean timestamps) {
        if (!Arrays.equals(wanted.key, found.key)) {
            return "key " + difference(wanted.key, found.key);
        }
        if (!Arrays.equals(wanted.value, found.value)) {
            return "value " + difference(wanted.value, found.value);
        }
        boolean same = wanted.headers.size() == found.headers.size();
        for (int index = 0; same && index < wanted.headers.size(); index++) {
            same = wanted.headers.get(index).same(found.headers.get(index));
        }
        if (!same) {
            return "headers are " + describe(found.headers) + ", written were " + describe(wanted.headers);
        }
        if (timestamps && wanted.timestamp != found.timestamp) {
            return "timestamp is " + found.timestamp + ", written was " + wanted.timestamp;
        }
        return null;
    }

    private static String difference(byte[] written, byte[] read) {
        if (written == null || read == null) {
            return "is " + describe(read) + ", written was " + describe(written);
        }
        return "differs from byte " + Arrays.mismatch(written, read) + " on, " + read.length + " bytes read, " + written.length + " written";
    }

    private static String describe(byte[] data) {
        return data == null ? "null" : data.length + " bytes " + HexFormat.of().formatHex(data, 0, Math.min(12, data.length));
    }

    private static String describe(List<Named> headers) {
        return headers.stream().map(header -> header.name + "=" + describe(header.value)).toList().toString();
    }

    static void require(boolean holds, Object what) {
        if (!holds) {
            throw new Failure(Objects.toString(what));
        }
    }

    /** The client did it, and the result is not what it should be. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(String what) {
            super(what);
        }
    }
}
